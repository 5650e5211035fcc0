-- 071_create_manager_grants_indexes
-- purpose:  who may manage an address; which grants end soon
-- locks:    share on unified.manager_grants while building
-- breaking: no
-- loses:    nothing

-- The grants of a user are found through manager_grants_user_id_address_unique.

create index idx_manager_grants_address
on unified.manager_grants (address);

create index idx_manager_grants_expires_at
on unified.manager_grants (expires_at)
where expires_at is not null;
