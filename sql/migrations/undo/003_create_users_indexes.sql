-- undoes 003_create_users_indexes
drop index unified.idx_users_domain_username;
drop index unified.idx_users_verification_token_hash;
drop index unified.idx_users_reset_token_hash;
