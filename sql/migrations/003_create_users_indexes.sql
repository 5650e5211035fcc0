-- 003_create_users_indexes
-- purpose:  the users of a domain, in order of their login names; the owner of a token
-- locks:    share on unified.users while building
-- breaking: no
-- loses:    nothing

create index idx_users_domain_username
on unified.users (domain, username);

create index idx_users_verification_token_hash
on unified.users (verification_token_hash)
where verification_token_hash is not null;

create index idx_users_reset_token_hash
on unified.users (reset_token_hash)
where reset_token_hash is not null;
