-- 048_validate_hash_schemes
-- purpose:  the constraints of 047 are known to hold for the passwords of before too
-- locks:    share update exclusive on user_passwords while checking every row: logins and changes go on
-- breaking: no
-- loses:    nothing

alter table unified.user_passwords validate constraint user_passwords_hash_scheme_known;
alter table unified.user_passwords validate constraint user_passwords_password_hash_format;
