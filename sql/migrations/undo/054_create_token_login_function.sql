-- undoes 054_create_token_login_function
drop function unified.record_token_logins(bigint[], timestamptz[]);
