-- all that the daemon wants to know of a domain
--
-- An alias domain whose target is switched off is of no use either.

create view unified.lookup_domains as
select
  d.domain,
  d.domain_type,
  d.target_domain,
  d.is_active and coalesce(t.is_active, true) as is_usable,
  null::timestamptz as changes_at
from unified.mail_domains as d
left join unified.mail_domains as t on t.domain = d.target_domain;

comment on view unified.lookup_domains is 'For the daemon: what a domain is, and whether it is in use.';

select unified.grant_select('lookup_domains', 'dovetail_lookup');
