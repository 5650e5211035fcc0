-- undoes 090_begin_graces
drop function unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision);

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
