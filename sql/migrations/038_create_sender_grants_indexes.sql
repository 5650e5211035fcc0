-- 038_create_sender_grants_indexes
-- purpose:  who may send as an address; which grants end soon
-- locks:    share on unified.sender_grants while building
-- breaking: no
-- loses:    nothing

-- The grants of a user are found through sender_grants_user_id_sender_unique.

create index idx_sender_grants_sender
on unified.sender_grants (sender);

create index idx_sender_grants_expires_at
on unified.sender_grants (expires_at)
where expires_at is not null;
