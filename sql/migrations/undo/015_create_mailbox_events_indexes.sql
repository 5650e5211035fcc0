-- undoes 015_create_mailbox_events_indexes
drop index unified.idx_mailbox_events_id;
drop index unified.idx_mailbox_events_user_id;
drop index unified.idx_mailbox_events_created_at;
