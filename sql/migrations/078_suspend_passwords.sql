-- 078_suspend_passwords
-- purpose:  one of a user's passwords may be suspended: it opens nothing until it is restored, and the others go on
-- locks:    access exclusive on user_passwords, for a moment: no row is rewritten
-- breaking: no
-- loses:    which passwords are suspended: they open what they did before

alter table unified.user_passwords
  add column suspended_at timestamptz,
  add column suspended_because text,
  add column restored_at timestamptz,
  add constraint user_passwords_suspended_because_fitting
    check ((suspended_at is null) = (suspended_because is null)),
  add constraint user_passwords_suspended_because_format
    check (suspended_because !~ '[\u0001-\u001f\u007f]' and length(suspended_because) between 1 and 500);

comment on column unified.user_passwords.suspended_at is 'Since when it opens nothing; null: it does.';
comment on column unified.user_passwords.suspended_because is 'For people: what it did, or who wanted it so.';
comment on column unified.user_passwords.restored_at is
  'When a suspension was undone last: what was counted before that speaks against it no more.';

-- Another password is not the one that was suspended.
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
    new.suspended_at := null;
    new.suspended_because := null;
  end if;
  if old.suspended_at is not null and new.suspended_at is null then
    new.restored_at := now();
  end if;
  return new;
end
$$;

revoke execute on function unified.date_password() from public;
comment on function unified.date_password() is
  'Trigger: sets changed_at and restored_at. A better hash, which the daemon stores (049), is no other password.';

create trigger user_passwords_date
before update on unified.user_passwords
for each row execute function unified.date_password();

-- As in 049, but a suspension has events of its own (below), and none of a changed password.
drop trigger user_passwords_record_update on unified.user_passwords;
create trigger user_passwords_record_update
after update on unified.user_passwords
referencing old table as old_rows new table as new_rows
for each statement
when (current_setting('dovetail.rehashing', true) is distinct from 'on')
execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at,suspended_at,suspended_because,restored_at}'
);

create function unified.record_suspension() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
  select
    case when new.suspended_at is null then 'password_restored' else 'password_suspended' end,
    id, username, email, domain, home_directory,
    jsonb_build_object(
      'user_id', id, 'password_id', new.id, 'service', new.service, 'label', new.label,
      'because', coalesce(new.suspended_because, old.suspended_because)
    )
  from unified.users
  where id = new.user_id;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = new.user_id
  ));
  return null;
end
$$;

revoke execute on function unified.record_suspension() from public;
comment on function unified.record_suspension() is
  'Trigger on user_passwords: password_suspended or password_restored, and every daemon hears of it.';

create trigger user_passwords_record_suspension
after update on unified.user_passwords
for each row
when ((old.suspended_at is null) <> (new.suspended_at is null))
execute function unified.record_suspension();

create function unified.suspend_password(password_id bigint, because text, details jsonb) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  suspended record;
begin
  -- First the user, then the password: the order in which everybody locks.
  perform from unified.users
  where id = (select user_id from unified.user_passwords where id = password_id)
  for no key update;

  update unified.user_passwords as p
  set suspended_at = now(), suspended_because = because
  from unified.users as u
  where p.id = password_id
    and p.suspended_at is null
    and u.id = p.user_id
  returning p.user_id, p.service, p.label, u.email into suspended;
  if not found then
    return false;
  end if;
  insert into unified.audit_log (user_id, service, action, resource, resource_id, success, additional_data)
  values (
    suspended.user_id, 'policy', 'password.suspend', 'password', suspended.email, true,
    details || jsonb_build_object('service', suspended.service, 'label', suspended.label, 'because', because)
  );
  return true;
end
$$;

revoke execute on function unified.suspend_password(bigint, text, jsonb) from public;
comment on function unified.suspend_password(bigint, text, jsonb) is
  'Suspends this password, unless it is: then, and where there is none, false. Of several at once one is true.';
select unified.grant_to('dovetail_daemon', 'execute on function unified.suspend_password(bigint, text, jsonb)');

-- Nothing is suspended on a guess: where the password is not known, somebody is told, once an hour.
create function unified.report_spread(login text, because text, details jsonb) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  owner unified.users;
begin
  select * into owner
  from unified.users
  where username = login
  for no key update;
  if not found or exists (
    select
    from unified.mailbox_events
    where user_id = owner.id
      and event_type = 'sudden_spread'
      and created_at > now() - interval '1 hour'
  ) then
    return false;
  end if;
  insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
  values (
    'sudden_spread', owner.id, owner.username, owner.email, owner.domain, owner.home_directory,
    details || jsonb_build_object('user_id', owner.id, 'because', because)
  );
  return true;
end
$$;

revoke execute on function unified.report_spread(text, text, jsonb) from public;
comment on function unified.report_spread(text, text, jsonb) is
  'Mail of this user spreads, and with which password is not known: an event, at most once an hour.';
select unified.grant_to('dovetail_daemon', 'execute on function unified.report_spread(text, text, jsonb)');
