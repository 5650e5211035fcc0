-- undoes 049_create_rehash_function
drop trigger user_passwords_record_update on unified.user_passwords;

create trigger user_passwords_record_update
after update on unified.user_passwords
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at}'
);

drop function unified.rehash_password(bigint, text, text, text);
