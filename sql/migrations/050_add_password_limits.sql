-- 050_add_password_limits
-- purpose:  a password may be good from some networks only; and since when it is what it is
-- locks:    access exclusive on user_passwords, for a moment: no row is rewritten
-- breaking: no
-- loses:    the networks of every password, and when each was changed last

alter table unified.user_passwords
  add column allowed_networks cidr[] not null default '{}',
  add column changed_at timestamptz not null default now();

comment on column unified.user_passwords.allowed_networks is
  'Where the client must be for this password to be right; empty: anywhere.';
comment on column unified.user_passwords.changed_at is
  'When the password itself was changed last; another hash of the same password is no change.';

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

-- The trigger of 041 does not look at the networks.
create function unified.forget_password_networks() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = new.user_id
  ));
  return null;
end
$$;

revoke execute on function unified.forget_password_networks() from public;
comment on function unified.forget_password_networks() is 'Trigger on user_passwords: the password is good from elsewhere now.';

create trigger user_passwords_forget_networks
after update of allowed_networks on unified.user_passwords
for each row
when (old.allowed_networks is distinct from new.allowed_networks)
execute function unified.forget_password_networks();
