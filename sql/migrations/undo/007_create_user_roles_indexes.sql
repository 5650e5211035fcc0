-- undoes 007_create_user_roles_indexes
drop index unified.idx_user_roles_role_name_service;
drop index unified.idx_user_roles_expires_at;
drop index unified.idx_user_roles_granted_by;
