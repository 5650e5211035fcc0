-- undoes 071_create_manager_grants_indexes
drop index unified.idx_manager_grants_expires_at;
drop index unified.idx_manager_grants_address;
