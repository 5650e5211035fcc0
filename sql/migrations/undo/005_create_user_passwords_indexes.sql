-- undoes 005_create_user_passwords_indexes
drop index unified.idx_user_passwords_expires_at;
drop index unified.idx_user_passwords_hash_scheme;
