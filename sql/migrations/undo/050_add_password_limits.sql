-- undoes 050_add_password_limits
drop trigger user_passwords_forget_networks on unified.user_passwords;
drop function unified.forget_password_networks();
drop trigger user_passwords_date on unified.user_passwords;
drop function unified.date_password();
alter table unified.user_passwords
  drop column changed_at,
  drop column allowed_networks;
