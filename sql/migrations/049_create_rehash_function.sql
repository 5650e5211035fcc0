-- 049_create_rehash_function
-- purpose:  the daemon stores a password under a better scheme after a login, which is no change of it
-- locks:    access exclusive on user_passwords, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, logins leave the hashes as they are

-- The password stays what it was, only its hash is another. So nobody is told that it was changed:
-- there is no row in mailbox_events, and what waits for password_changed (a mail to the user, a
-- session to be ended) does not happen. Caches hear of it as of every change of a hash, because
-- what they keep of the old one would not be recalled any more.
--
-- The daemon gets no right on the table. This function gives it no power that it lacks: it answers
-- whether a login is right, and sees the password. It must name the hash that it replaces, so a
-- change meanwhile wins, and each replacement is in audit_log.

create function unified.rehash_password(password_id bigint, known text, new_scheme text, new_hash text)
returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  is_replaced boolean;
begin
  -- First the user, then the password: the order in which everybody locks.
  perform from unified.users
  where id = (select user_id from unified.user_passwords where id = password_id)
  for no key update;

  -- Seen by the trigger below, of this one statement.
  perform set_config('dovetail.rehashing', 'on', true);
  update unified.user_passwords
  set password_hash = new_hash,
      hash_scheme = new_scheme
  where id = password_id
    and '{' || hash_scheme || '}' || password_hash = known;
  is_replaced := found;
  perform set_config('dovetail.rehashing', '', true);
  if not is_replaced then
    return false;
  end if;

  insert into unified.audit_log (user_id, service, action, resource, resource_id, additional_data)
  select
    u.id, 'daemon', 'password.rehash', 'password', u.email,
    jsonb_build_object(
      'service', p.service, 'label', p.label,
      'from', substring(known from '^\{([^}]*)\}'), 'to', new_scheme
    )
  from unified.user_passwords as p
  join unified.users as u on u.id = p.user_id
  where p.id = password_id;
  return true;
end
$$;

comment on function unified.rehash_password(bigint, text, text, text) is
  'The same password under another scheme, if {SCHEME}hash is still the known one; whether it was.';

revoke execute on function unified.rehash_password(bigint, text, text, text) from public;
select unified.grant_to(
  'dovetail_daemon',
  'execute on function unified.rehash_password(bigint, text, text, text)'
);

-- As in 032, but not for a rehash.
drop trigger user_passwords_record_update on unified.user_passwords;

create trigger user_passwords_record_update
after update on unified.user_passwords
referencing old table as old_rows new table as new_rows
for each statement
when (current_setting('dovetail.rehashing', true) is distinct from 'on')
execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at}'
);
