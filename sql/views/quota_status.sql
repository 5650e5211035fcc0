-- how much does this user use of what he may?
--
-- Bytes or counts. A limit that is null is none, and nothing exceeds it. is_warned: from the user's
-- own percentage on, else from 80.

create view unified.quota_status as
select
  u.username as "user",
  u.email,
  u.domain,
  q.service,
  q.quota_type,
  base."limit",
  base.usage,
  case when base."limit" > 0 then round(100.0 * base.usage / base."limit", 1) end as percent,
  coalesce(base.usage >= base."limit", false) as is_exceeded,
  coalesce(base.usage >= base."limit" * coalesce(q.warning_percent, 80) / 100.0, false) as is_warned
from unified.user_quotas as q
join unified.users as u on u.id = q.user_id
join unified.mail_domains as d on d.domain = u.domain
cross join lateral (
  select
    case
      when not q.follows_domain then unified.quota_base_units(q.quota_value, q.quota_unit)
      when q.quota_type = 'storage' then d.default_user_quota_bytes
    end as "limit",
    unified.quota_base_units(q.current_usage, q.quota_unit) as usage
) as base

union all
-- a domain's default, where nothing is known of the user yet
select
  u.username,
  u.email,
  u.domain,
  'dovecot',
  'storage',
  d.default_user_quota_bytes,
  0,
  case when d.default_user_quota_bytes > 0 then 0.0 end,
  d.default_user_quota_bytes = 0,
  d.default_user_quota_bytes = 0
from unified.users as u
join unified.mail_domains as d on d.domain = u.domain
where d.default_user_quota_bytes is not null
  and not exists (
    select
    from unified.user_quotas as q
    where q.user_id = u.id
      and q.service = 'dovecot'
      and q.quota_type = 'storage'
  );

comment on view unified.quota_status is 'Limits and usage in bytes and counts. A quota is exceeded when it is used up.';

select unified.grant_select('quota_status', 'dovetail_daemon');
select unified.grant_select('quota_status', 'dovetail_admin');
