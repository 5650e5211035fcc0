-- undoes 006_create_user_roles
drop table unified.user_roles;
