-- undoes 070_create_manager_grants
drop table unified.manager_grants;
