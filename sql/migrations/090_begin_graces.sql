-- 090_begin_graces
-- purpose:  a mailbox that a smaller limit made full waits for its grace, and not for ever
-- locks:    none
-- breaking: no
-- loses:    nothing

drop function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision);

-- doveadm says KiB, rounded up: what is written is left as it is where that is the same, and else
-- becomes the least that it can be, so that no rounding makes a mailbox full. Since when it is full nobody has said of a
-- mailbox whose limit became smaller: it is so from now on.
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
    select
      u.username, counted.quota_type,
      case when is_same.written then known.usage else counted.usage end as usage
    from unnest(logins, kibibytes, messages) as said (login, kibibytes, messages)
    join unified.users as u on u.username = said.login
    join unified.mail_domains as d on d.domain = u.domain
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
      select
        coalesce(unified.quota_base_units(q.current_usage, q.quota_unit), 0) as usage,
        case
          when not q.follows_domain then unified.quota_base_units(q.quota_value, q.quota_unit)
          when counted.quota_type = 'storage' then d.default_user_quota_bytes
        end as "limit"
    ) as known
    cross join lateral (
      select counted.in_units =
        case counted.quota_type when 'storage' then (known.usage + 1023) / 1024 else known.usage end as written
    ) as is_same
    where not is_same.written
      or (q.full_since is null and known.usage >= known."limit")
  ) as wrong;
end;

comment on function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision) is
  'What Dovecot counted in these mailboxes so many seconds ago, in KiB rounded up and messages, where something else is written, or nothing of a mailbox that is full.';

revoke execute on function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision) from public;
select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision)');
select unified.grant_to('dovetail_admin', 'execute on function '
  'unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision)');
