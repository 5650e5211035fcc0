-- the records for PowerDNS's generic PostgreSQL backend
-- needs: powerdns_domains
--
-- gpgsql-basic-query=SELECT content, ttl, prio, type, domain_id, disabled::int, name, auth::int FROM unified.powerdns_records WHERE disabled = false AND type = $1 AND name = $2
-- (and the other queries with unified.powerdns_records in place of records)
--
-- Names without a final dot, the priority of MX and SRV apart from the content, as PowerDNS
-- keeps them.

create view unified.powerdns_records as
select
  -z.id as id,
  z.id as domain_id,
  z.domain as name,
  'SOA' as type,
  concat_ws(
    ' ', rtrim(z.primary_ns, '.'), unified.dns_mailbox(z.admin_email), z.serial_number,
    z.refresh_interval, z.retry_interval, z.expire_interval, z.minimum_ttl
  ) as content,
  z.minimum_ttl as ttl,
  null::integer as prio,
  false as disabled,
  null::text as ordername,
  true as auth
from unified.dns_zones as z
where z.is_active
  and z.zone_type in ('master', 'slave')

union all
select
  r.id,
  z.id,
  r.fqdn,
  r.record_type,
  concat_ws(
    ' ', r.weight, r.port,
    case
      when r.record_type = 'TXT' then unified.dns_text(r.value)
      when r.value = '.' then r.value
      when r.record_type in ('CNAME', 'DNAME', 'NS', 'PTR', 'MX', 'SRV') then rtrim(r.value, '.')
      else r.value
    end
  ),
  coalesce(r.ttl, z.minimum_ttl),
  r.priority,
  not r.is_active,
  null,
  true
from unified.dns_records as r
join unified.dns_zones as z on z.domain = r.domain
where z.is_active
  and z.zone_type in ('master', 'slave')
  and r.record_type <> 'SOA';

comment on view unified.powerdns_records is 'PowerDNS gpgsql: the table records.';

select unified.grant_select('powerdns_records', 'dovetail_lookup');
