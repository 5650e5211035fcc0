-- undoes 051_create_app_password_rules
drop function unified.needs_app_password(bigint);
drop table unified.app_password_rules;
