-- the zones for PowerDNS's generic PostgreSQL backend
--
-- gpgsql-info-zone-query=SELECT id, name, master, last_check, notified_serial, type, options, catalog, account FROM unified.powerdns_domains WHERE name = $1

create view unified.powerdns_domains as
select
  id,
  domain as name,
  null::text as master,
  null::integer as last_check,
  upper(zone_type) as type,
  null::bigint as notified_serial,
  null::text as account,
  null::text as options,
  null::text as catalog
from unified.dns_zones
where is_active
  and zone_type in ('master', 'slave');

comment on view unified.powerdns_domains is 'PowerDNS gpgsql: the table domains.';

select unified.grant_select('powerdns_domains', 'dovetail_lookup');
