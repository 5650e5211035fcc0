-- undoes 082_index_revocations
drop function unified.newest_revocation();

drop index unified.idx_mailbox_events_id_created_at;

drop function unified.ends_sessions(text, jsonb);
