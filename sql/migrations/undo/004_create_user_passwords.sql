-- undoes 004_create_user_passwords
drop table unified.user_passwords;
