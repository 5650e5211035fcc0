-- 089_doubt_usage_of_tomorrow
-- purpose:  a database whose clock was ahead, or one that takes over from it, does not pass over what mailboxes use until then
-- locks:    none
-- breaking: no
-- loses:    nothing

drop function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision);
drop function unified.record_usage(text[], text[], bigint[], boolean[], smallint[], double precision[]);

-- Usage and event are one transaction, under the lock of the quota's row: two daemons do not both
-- tell of it, and none is lost between. An event of falling needs five points more than the way
-- up, or a mailbox at its limit would tell of each message that comes and goes.
--
-- Dovecot says a total without saying when it counted. So the time counts at which it came to a
-- daemon: ages are seconds since then, for clocks of hosts differ. Within ten seconds two totals may
-- have overtaken each other. What is dated ahead, by a clock that was, or by the server before this one, proves nothing.
create function unified.record_usage(
  logins text[],
  quota_types text[],
  usages bigint[],
  are_added boolean[] default null,
  warnings smallint[] default '{80,95}',
  ages double precision[] default null
) returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
-- One user or thousands of them, and a table that may have been empty when the session began: a plan
-- that was kept took 40 s for 5,000 users.
set plan_cache_mode = force_custom_plan
as $$
declare
  arrived constant timestamptz := clock_timestamp();
  user_ids bigint[];
  types text[];
  amounts bigint[];
  added boolean[];
  times timestamptz[];
  ids bigint[];
begin
  select array_agg(user_id), array_agg(quota_type), array_agg(usage), array_agg(is_added), array_agg(said_at)
  into user_ids, types, amounts, added, times
  from (
    select distinct on (u.id, said.quota_type)
      u.id as user_id, said.quota_type, said.usage, coalesce(said.is_added, false) as is_added,
      arrived - make_interval(secs => greatest(coalesce(said.age, 0), 0)) as said_at
    from unnest(logins, quota_types, usages, are_added, ages) with ordinality
      as said (login, quota_type, usage, is_added, age, place)
    join unified.users as u on u.username = said.login
    order by u.id, said.quota_type, said.place desc
  ) as latest;

  insert into unified.user_quotas (user_id, service, quota_type, quota_unit, follows_domain)
  select
    said.user_id, 'dovecot', said.quota_type,
    case when said.quota_type in ('storage', 'bandwidth') then 'bytes' else 'count' end,
    true
  from unnest(user_ids, types) as said (user_id, quota_type)
  where not exists (
    select
    from unified.user_quotas as q
    where q.user_id = said.user_id
      and q.service = 'dovecot'
      and q.quota_type = said.quota_type
  )
  order by said.user_id, said.quota_type
  on conflict on constraint user_quotas_user_id_service_quota_type_unique do nothing;

  select array_agg(id), array_agg(amount), array_agg(is_added), array_agg(said_at)
  into ids, amounts, added, times
  from (
    select q.id, said.amount, said.is_added, said.said_at
    from unnest(user_ids, types, amounts, added, times) as said (user_id, quota_type, amount, is_added, said_at)
    join unified.user_quotas as q
      on q.user_id = said.user_id
      and q.service = 'dovecot'
      and q.quota_type = said.quota_type
    order by q.id
    for no key update of q
  ) as locked;

  return query
  with measured as (
    select
      q.id, q.told_percent, q.full_since, q.quota_type, q.quota_unit, q.warning_percent,
      u.id as user_id, u.username, u.email, u.domain, u.home_directory,
      case when said.is_added then q.reported_at else said.said_at end as reported_at,
      not said.is_added
        and coalesce(said.said_at < q.reported_at and q.reported_at <= clock_timestamp(), false) as is_overtaken,
      not said.is_added and coalesce(said.said_at < q.reported_at + interval '10 seconds', false) as is_unsure,
      now_used.usage, base."limit",
      case
        when base."limit" > 0 then least(100.0 * now_used.usage / base."limit", 999)
        when base."limit" = 0 then 100
        else 0
      end as percent
    from unnest(ids, amounts, added, times) as said (id, amount, is_added, said_at)
    join unified.user_quotas as q on q.id = said.id
    join unified.users as u on u.id = q.user_id
    join unified.mail_domains as d on d.domain = u.domain
    cross join lateral (
      select
        greatest(
          said.amount::numeric
            + case when said.is_added then unified.quota_base_units(q.current_usage, q.quota_unit) else 0 end,
          0
        ) as usage
    ) as now_used
    cross join lateral (
      select case
        when not q.follows_domain then unified.quota_base_units(q.quota_value, q.quota_unit)
        when q.quota_type = 'storage' then d.default_user_quota_bytes
      end as "limit"
    ) as base
  ),
  judged as (
    select
      m.*,
      case
        when reached.percent > m.told_percent or m.percent < m.told_percent - 5 then reached.percent
        else m.told_percent
      end as tells
    from measured as m
    cross join lateral (
      select coalesce(max(percent), 0) as percent
      from unnest(
        case when m.warning_percent is null then warnings else array[m.warning_percent] end || 100::smallint
      ) as threshold (percent)
      where threshold.percent <= m.percent
    ) as reached
    where not m.is_overtaken
  ),
  written as (
    update unified.user_quotas as q
    set current_usage = j.usage / unified.quota_unit_size(q.quota_unit),
        told_percent = j.tells,
        full_since = case when j.usage >= j."limit" then coalesce(q.full_since, now()) end,
        reported_at = j.reported_at
    from judged as j
    where q.id = j.id
  ),
  told as (
    insert into unified.mailbox_events (event_type, user_id, username, email, domain, home_directory, event_data)
    select
      case
        when j.tells < j.told_percent then 'quota_ok'
        when j.tells = 100 then 'quota_exceeded'
        else 'quota_warning'
      end,
      j.user_id, j.username, j.email, j.domain, j.home_directory,
      jsonb_build_object(
        'user_id', j.user_id, 'service', 'dovecot', 'quota_type', j.quota_type, 'usage', j.usage,
        'limit', j."limit", 'percent', round(j.percent, 1), 'threshold', j.tells
      )
    from judged as j
    where j.tells <> j.told_percent
    order by j.id
  )
  select distinct m.username
  from measured as m
  where m.is_unsure;
end
$$;

comment on function unified.record_usage(text[], text[], bigint[], boolean[], smallint[], double precision[]) is
  'What these users use now, in bytes or as a count, or by how much more where it is added; of several reports of one user the last counts, and none that is older than what is known. Who crosses one of the percentages leaves an event. Answers of whom two came close together, so that nobody knows which is newer.';

revoke execute on function unified.record_usage(text[], text[], bigint[], boolean[], smallint[], double precision[]) from public;
select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.record_usage(text[], text[], bigint[], boolean[], smallint[], double precision[])');

-- doveadm says KiB, rounded up: what is written is left as it is where that is the same, and else
-- becomes the least that it can be, so that no rounding makes a mailbox full.
create function unified.correct_usage(
  logins text[],
  kibibytes bigint[],
  messages bigint[],
  warnings smallint[],
  age double precision
) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  select unified.record_usage(
    array_agg(wrong.username), array_agg(wrong.quota_type), array_agg(wrong.usage), null,
    correct_usage.warnings, array_agg(correct_usage.age)
  )
  from (
    select u.username, counted.quota_type, counted.usage
    from unnest(logins, kibibytes, messages) as said (login, kibibytes, messages)
    join unified.users as u on u.username = said.login
    cross join lateral (
      values
        ('storage', greatest(said.kibibytes * 1024 - 1023, 0), said.kibibytes),
        ('messages', said.messages, said.messages)
    ) as counted (quota_type, usage, in_units)
    left join unified.user_quotas as q
      on q.user_id = u.id
      and q.service = 'dovecot'
      and q.quota_type = counted.quota_type
    cross join lateral (
      select coalesce(unified.quota_base_units(q.current_usage, q.quota_unit), 0) as usage
    ) as known
    where counted.in_units <>
      case counted.quota_type when 'storage' then (known.usage + 1023) / 1024 else known.usage end
  ) as wrong;
end;

comment on function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision) is
  'What Dovecot counted in these mailboxes so many seconds ago, in KiB rounded up and messages, where something else is written.';

revoke execute on function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision) from public;
select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision)');
select unified.grant_to('dovetail_admin', 'execute on function '
  'unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision)');
