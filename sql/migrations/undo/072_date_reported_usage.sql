-- undoes 072_date_reported_usage
drop function unified.record_usage(text[], text[], bigint[], boolean[], smallint[], double precision[]);

-- Usage and event are one transaction, under the lock of the quota's row: two daemons do not both
-- tell of it, and none is lost between. An event of falling needs five points more than the way
-- up, or a mailbox at its limit would tell of each message that comes and goes.
create function unified.record_usage(
  logins text[],
  quota_types text[],
  usages bigint[],
  are_added boolean[] default null,
  warnings smallint[] default '{80,95}'
) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  user_ids bigint[];
  types text[];
  amounts bigint[];
  added boolean[];
  ids bigint[];
begin
  select array_agg(user_id), array_agg(quota_type), array_agg(usage), array_agg(is_added)
  into user_ids, types, amounts, added
  from (
    select distinct on (u.id, said.quota_type)
      u.id as user_id, said.quota_type, said.usage, coalesce(said.is_added, false) as is_added
    from unnest(logins, quota_types, usages, are_added) with ordinality
      as said (login, quota_type, usage, is_added, place)
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

  ids := array(
    select q.id
    from unnest(user_ids, types) as said (user_id, quota_type)
    join unified.user_quotas as q
      on q.user_id = said.user_id
      and q.service = 'dovecot'
      and q.quota_type = said.quota_type
    order by q.id
    for no key update of q
  );

  with measured as (
    select
      q.id, q.told_percent, q.full_since, q.quota_type, q.quota_unit, q.warning_percent,
      u.id as user_id, u.username, u.email, u.domain, u.home_directory,
      now_used.usage, base."limit",
      case
        when base."limit" > 0 then least(100.0 * now_used.usage / base."limit", 999)
        when base."limit" = 0 then 100
        else 0
      end as percent
    from unnest(user_ids, types, amounts, added) as said (user_id, quota_type, amount, is_added)
    join unified.user_quotas as q
      on q.user_id = said.user_id
      and q.service = 'dovecot'
      and q.quota_type = said.quota_type
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
    where q.id = any(ids)
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
  ),
  written as (
    update unified.user_quotas as q
    set current_usage = j.usage / unified.quota_unit_size(q.quota_unit),
        told_percent = j.tells,
        full_since = case when j.usage >= j."limit" then coalesce(q.full_since, now()) end
    from judged as j
    where q.id = j.id
      and (q.current_usage, q.told_percent, q.full_since is not null) is distinct from
          (j.usage / unified.quota_unit_size(q.quota_unit), j.tells, coalesce(j.usage >= j."limit", false))
  )
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
  order by j.id;
end
$$;

comment on function unified.record_usage(text[], text[], bigint[], boolean[], smallint[]) is
  'What these users use now, in bytes or as a count, or by how much more where it is added; of several reports of one user the last counts. Who crosses one of the percentages leaves an event.';

revoke execute on function unified.record_usage(text[], text[], bigint[], boolean[], smallint[]) from public;
select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.record_usage(text[], text[], bigint[], boolean[], smallint[])');

drop trigger user_quotas_record_update on unified.user_quotas;

create trigger user_quotas_record_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage,told_percent,full_since}'
);

alter table unified.user_quotas
  drop column reported_at;
