-- 042_create_daemon_functions
-- purpose:  the few writes of the daemon, so that it needs no right on any table
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing; until it is done again, the daemon records nothing

-- All take many at once: the daemon collects and writes in batches. All lock their rows in
-- one order, so that two daemons never wait for each other. They run as the schema's owner.

create function unified.record_logins(password_ids bigint[], logged_in_at timestamptz[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from unified.users
  where id in (select user_id from unified.user_passwords where id = any(password_ids))
  order by id
  for no key update;

  update unified.user_passwords as p
  set last_used_at = greatest(p.last_used_at, login.at)
  from (
    select password_id, max(at) as at
    from unnest(password_ids, logged_in_at) as logins (password_id, at)
    group by password_id
  ) as login
  where p.id = login.password_id;

  update unified.users as u
  set last_login_at = greatest(u.last_login_at, login.at),
      failed_login_attempts = 0
  from (
    select p.user_id, max(logins.at) as at
    from unnest(password_ids, logged_in_at) as logins (password_id, at)
    join unified.user_passwords as p on p.id = logins.password_id
    group by p.user_id
  ) as login
  where u.id = login.user_id;
end
$$;

comment on function unified.record_logins(bigint[], timestamptz[]) is
  'These passwords were used then. Unknown ids are passed over.';

create function unified.record_failed_logins(user_ids bigint[], failed_at timestamptz[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from unified.users
  where id = any(user_ids)
  order by id
  for no key update;

  update unified.users as u
  set last_failed_login_at = greatest(u.last_failed_login_at, failure.at),
      failed_login_attempts = u.failed_login_attempts + failure.times
  from (
    select user_id, max(at) as at, count(*) as times
    from unnest(user_ids, failed_at) as failures (user_id, at)
    group by user_id
  ) as failure
  where u.id = failure.user_id;
end
$$;

comment on function unified.record_failed_logins(bigint[], timestamptz[]) is
  'These users gave a wrong password then. Unknown ids are passed over.';

create function unified.record_usage(logins text[], quota_types text[], usages bigint[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into unified.user_quotas as q
    (user_id, service, quota_type, quota_unit, follows_domain, current_usage)
  select distinct on (u.id, said.quota_type)
    u.id, 'dovecot', said.quota_type,
    case when said.quota_type in ('storage', 'bandwidth') then 'bytes' else 'count' end,
    true, greatest(said.usage, 0)
  from unnest(logins, quota_types, usages) with ordinality as said (login, quota_type, usage, place)
  join unified.users as u on u.username = said.login
  order by u.id, said.quota_type, said.place desc
  on conflict on constraint user_quotas_user_id_service_quota_type_unique do update
  set current_usage = excluded.current_usage / unified.quota_unit_size(q.quota_unit);
end
$$;

comment on function unified.record_usage(text[], text[], bigint[]) is
  'What these users use now, in bytes or as a count; of several reports of one user the last counts.';

create function unified.record_event(event_type text, login text, event_data jsonb) returns bigint
language sql
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
  select record_event.event_type, u.id, login, u.email, u.domain, u.home_directory, record_event.event_data
  from (select login) as named
  left join unified.users as u on u.username = named.login
  returning id;
end;

comment on function unified.record_event(text, text, jsonb) is 'One event of a user, by login name; its id.';

create function unified.record_audit(entries jsonb) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  insert into unified.audit_log (
    user_id, session_id, service, action, resource, resource_id, ip_address, user_agent, request_method,
    request_path, success, status_code, error_message, additional_data, duration_ms, created_at
  )
  select
    user_id, session_id, service, action, resource, resource_id, ip_address, user_agent, request_method,
    request_path, coalesce(success, true), status_code, error_message, coalesce(additional_data, '{}'),
    duration_ms, coalesce(created_at, now())
  from jsonb_to_recordset(entries) as entry (
    user_id bigint, session_id text, service text, action text, resource text, resource_id text,
    ip_address inet, user_agent text, request_method text, request_path text, success boolean,
    status_code integer, error_message text, additional_data jsonb, duration_ms integer,
    created_at timestamptz
  );
end;

comment on function unified.record_audit(jsonb) is
  'Audit entries: a JSON array of objects with the columns of audit_log.';
