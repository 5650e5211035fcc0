-- 005_create_user_passwords_indexes
-- purpose:  passwords that end soon; who still has a hash of a weak scheme
-- locks:    share on unified.user_passwords while building
-- breaking: no
-- loses:    nothing

-- A user's passwords are found through user_passwords_user_id_service_label_unique.

create index idx_user_passwords_expires_at
on unified.user_passwords (expires_at)
where expires_at is not null;

create index idx_user_passwords_hash_scheme
on unified.user_passwords (hash_scheme);
