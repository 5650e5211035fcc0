-- undoes 078_suspend_passwords
drop function unified.report_spread(text, text, jsonb);
drop function unified.suspend_password(bigint, text, jsonb);
drop trigger user_passwords_record_suspension on unified.user_passwords;
drop function unified.record_suspension();

drop trigger user_passwords_record_update on unified.user_passwords;
create trigger user_passwords_record_update
after update on unified.user_passwords
referencing old table as old_rows new table as new_rows
for each statement
when (current_setting('dovetail.rehashing', true) is distinct from 'on')
execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at}'
);

drop trigger user_passwords_date on unified.user_passwords;
drop function unified.date_password();

create function unified.date_password() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if (old.password_hash, old.hash_scheme) is distinct from (new.password_hash, new.hash_scheme)
    and current_setting('dovetail.rehashing', true) is distinct from 'on'
  then
    new.changed_at := now();
  end if;
  return new;
end
$$;

revoke execute on function unified.date_password() from public;
comment on function unified.date_password() is 'Trigger: sets changed_at, unless the daemon stores a better hash (049).';

create trigger user_passwords_date
before update on unified.user_passwords
for each row execute function unified.date_password();

alter table unified.user_passwords
  drop column restored_at,
  drop column suspended_because,
  drop column suspended_at;
