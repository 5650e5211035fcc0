-- undoes 002_create_users
drop table unified.users;
