-- how much do all mailboxes of a domain use of what they may together?

create view unified.domain_quota_status as
select
  base.domain,
  base."limit",
  base.usage,
  case when base."limit" > 0 then round(100.0 * base.usage / base."limit", 1) end as percent,
  coalesce(base.usage >= base."limit", false) as is_exceeded
from (
  select d.domain, d.quota_bytes as "limit", unified.usage_of_domain(d.domain) as usage
  from unified.mail_domains as d
  where d.domain_type = 'virtual'
) as base;

comment on view unified.domain_quota_status is 'Limit and usage of whole domains, in bytes. A limit that is null is none.';

select unified.grant_select('domain_quota_status', 'dovetail_daemon');
select unified.grant_select('domain_quota_status', 'dovetail_admin');
