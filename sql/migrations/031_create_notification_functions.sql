-- 031_create_notification_functions
-- purpose:  changes of accounts and certificates become events, also those made in psql
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing

-- All of these run once a statement, on its transition tables: 100,000 changed rows are one
-- insert of events and one notification. They run as the schema's owner, so whoever may
-- change an account needs no right to write events.

-- Whatever goes wrong with a notification, the change that it tells of goes through. A full
-- queue would fail the commit, too late to be caught, so it is looked at beforehand.
create function unified.try_notify(channel text, payload text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if pg_notification_queue_usage() > 0.9 then
    raise warning 'nobody is told of this change: the notification queue is nearly full';
    return;
  end if;
  perform pg_notify(channel, payload);
exception when others then
  raise warning 'nobody is told of this change: %', sqlerrm;
end
$$;

comment on function unified.try_notify(text, text) is 'NOTIFY that never fails its transaction.';

create function unified.announce_events() returns trigger
language plpgsql
as $$
begin
  -- A statement that inserted nothing is none: no login wakes anybody.
  if exists (select from new_rows) then
    perform unified.try_notify('dovetail_events', '');
  end if;
  return null;
end
$$;

comment on function unified.announce_events() is 'Trigger: there are new events. The payload is empty: read the queue.';

create function unified.record_user_events() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      'created', id, username, email, domain, home_directory,
      jsonb_build_object('user_id', id, 'mailbox_format', mailbox_format)
    from new_rows;

  elsif tg_op = 'DELETE' then
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      'deleted', id, username, email, domain, home_directory,
      jsonb_build_object('user_id', id, 'mailbox_format', mailbox_format)
    from old_rows;

  else
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      event.type, n.id, n.username, n.email, n.domain, n.home_directory,
      jsonb_build_object('user_id', n.id) || event.data
    from old_rows as o
    join new_rows as n using (id)
    cross join lateral (
      select array_remove(array[
        case when n.username is distinct from o.username then 'username' end,
        case when n.email is distinct from o.email then 'email' end,
        case when n.first_name is distinct from o.first_name then 'first_name' end,
        case when n.last_name is distinct from o.last_name then 'last_name' end,
        case when n.system_uid is distinct from o.system_uid then 'system_uid' end,
        case when n.system_gid is distinct from o.system_gid then 'system_gid' end,
        case when n.home_directory is distinct from o.home_directory then 'home_directory' end,
        case when n.mailbox_format is distinct from o.mailbox_format then 'mailbox_format' end,
        case when n.is_active is distinct from o.is_active then 'is_active' end,
        case when n.email_verified is distinct from o.email_verified then 'email_verified' end
      ], null) as columns
    ) as changed
    cross join lateral (
      select
        'updated' as type,
        jsonb_build_object(
          'changed', to_jsonb(changed.columns),
          'was', jsonb_build_object(
            'username', o.username,
            'email', o.email,
            'home_directory', o.home_directory,
            'is_active', o.is_active
          )
        ) as data
      where changed.columns <> '{}'
      union all
      select case when n.is_locked then 'locked' else 'unlocked' end, '{}'::jsonb
      where n.is_locked is distinct from o.is_locked
    ) as event;
  end if;
  return null;
end
$$;

comment on function unified.record_user_events() is
  'Trigger: created, updated, locked, unlocked, deleted. A login is no change.';

-- Rows of any table with a user_id, as jsonb. Only the columns `shown` get into the event:
-- a hash never does. The user may be gone already, its passwords with it; an alias may have
-- no owner, and its event is written all the same.
create function unified.write_account_events(
  event_type text,
  change text,
  changed jsonb[],
  shown text[]
) returns void
language sql
begin atomic
  insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
  select
    write_account_events.event_type, u.id, u.username, u.email,
    coalesce(row ->> 'alias_domain', u.domain), u.home_directory,
    jsonb_build_object('user_id', u.id, 'change', change) || (
      select jsonb_object_agg(key, row -> key)
      from unnest(shown) as key
    )
  from unnest(changed) as row
  left join unified.users as u on u.id = (row ->> 'user_id')::bigint
  where u.id is not null
    or row ? 'alias_email';
end;

comment on function unified.write_account_events(text, text, jsonb[], text[]) is
  'One event a changed row of a table that belongs to users.';

create function unified.record_account_events() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  event_type text := tg_argv[0];
  shown text[] := tg_argv[1];
  ignored text[] := tg_argv[2];
begin
  if tg_op = 'INSERT' then
    perform unified.write_account_events(
      event_type, 'added', array(select to_jsonb(n) from new_rows as n), shown
    );
  elsif tg_op = 'DELETE' then
    perform unified.write_account_events(
      event_type, 'removed', array(select to_jsonb(o) from old_rows as o), shown
    );
  else
    perform unified.write_account_events(
      event_type,
      'changed',
      array(
        select to_jsonb(n)
        from old_rows as o
        join new_rows as n using (id)
        where to_jsonb(o) - ignored is distinct from to_jsonb(n) - ignored
      ),
      shown
    );
  end if;
  return null;
end
$$;

comment on function unified.record_account_events() is
  'Trigger (event type, columns shown, columns whose change is none): what belongs to an account changed.';

create function unified.record_certificate_notifications() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    insert into unified.certificate_notifications (certificate_id, notification_type, message, notification_data)
    select
      id, 'created', 'certificate for ' || domain || ' created',
      jsonb_build_object('certificate_id', id, 'domain', domain, 'not_after', not_after)
    from new_rows;

  elsif tg_op = 'DELETE' then
    -- The row is gone: only the data can name it.
    insert into unified.certificate_notifications (certificate_id, notification_type, message, notification_data)
    select
      null, 'deleted', 'certificate for ' || domain || ' deleted',
      jsonb_build_object('certificate_id', id, 'domain', domain, 'not_after', not_after)
    from old_rows;

  else
    insert into unified.certificate_notifications (certificate_id, notification_type, message, notification_data)
    select
      n.id, change.type, 'certificate for ' || n.domain || ' ' || change.words,
      jsonb_build_object('certificate_id', n.id, 'domain', n.domain, 'not_after', n.not_after)
    from old_rows as o
    join new_rows as n using (id)
    cross join lateral (
      select *
      from (
        values
          ('error', 'could not be renewed', n.renewal_error_message is not null
            and n.renewal_error_message is distinct from o.renewal_error_message),
          ('renewed', 'renewed', n.not_after > o.not_after),
          ('updated', 'updated', to_jsonb(n) - array['updated_at', 'renewal_attempts', 'last_renewal_attempt']
            is distinct from to_jsonb(o) - array['updated_at', 'renewal_attempts', 'last_renewal_attempt'])
      ) as possible (type, words, happened)
      where possible.happened
      limit 1
    ) as change;
  end if;
  return null;
end
$$;

comment on function unified.record_certificate_notifications() is
  'Trigger: created, renewed, error, updated, deleted.';
