-- 007_create_user_roles_indexes
-- purpose:  who has a role; which roles end soon; what a user has granted
-- locks:    share on unified.user_roles while building
-- breaking: no
-- loses:    nothing

-- A user's roles are found through user_roles_user_id_role_name_service_unique.

create index idx_user_roles_role_name_service
on unified.user_roles (role_name, service)
where is_active;

create index idx_user_roles_expires_at
on unified.user_roles (expires_at)
where expires_at is not null;

create index idx_user_roles_granted_by
on unified.user_roles (granted_by)
where granted_by is not null;
