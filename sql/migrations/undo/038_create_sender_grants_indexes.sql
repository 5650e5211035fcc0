-- undoes 038_create_sender_grants_indexes
drop index unified.idx_sender_grants_sender;
drop index unified.idx_sender_grants_expires_at;
