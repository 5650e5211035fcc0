-- how full is this mailbox?
--
-- One row a mailbox, by its address. A limit that is null is none. full_for: for how many seconds
-- its storage or number of messages has been used up; null while it is not. domain_usage is the sum
-- over the domain's mailboxes, where the domain has a limit at all: as many rows as these ask for it
-- so many times, so the daemon asks once, and apart.

create view unified.lookup_quotas as
select
  u.email as address,
  u.username as login,
  storage."limit" as storage_limit,
  coalesce(storage.usage, 0) as storage_usage,
  messages."limit" as messages_limit,
  coalesce(messages.usage, 0) as messages_usage,
  extract(epoch from now() - least(storage.full_since, messages.full_since))::float8 as full_for,
  d.quota_bytes as domain_limit,
  case when d.quota_bytes is not null then unified.usage_of_domain(u.domain) end as domain_usage,
  u.domain
from unified.users as u
join unified.mail_domains as d on d.domain = u.domain
left join lateral (
  select
    case
      when q.id is null or q.follows_domain then d.default_user_quota_bytes
      else unified.quota_base_units(q.quota_value, q.quota_unit)
    end as "limit",
    unified.quota_base_units(q.current_usage, q.quota_unit) as usage,
    q.full_since
  from (select) as always
  left join unified.user_quotas as q
    on q.user_id = u.id
    and q.service = 'dovecot'
    and q.quota_type = 'storage'
) as storage on true
left join lateral (
  select
    unified.quota_base_units(q.quota_value, q.quota_unit) as "limit",
    unified.quota_base_units(q.current_usage, q.quota_unit) as usage,
    q.full_since
  from unified.user_quotas as q
  where q.user_id = u.id
    and q.service = 'dovecot'
    and q.quota_type = 'messages'
) as messages on true;

comment on view unified.lookup_quotas is 'For the daemon: limits and usage of a mailbox and of its domain.';

select unified.grant_select('lookup_quotas', 'dovetail_daemon');
select unified.grant_select('lookup_quotas', 'dovetail_admin');
