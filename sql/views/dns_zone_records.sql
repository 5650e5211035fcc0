-- the zones as a zone file has them, one row a record
--
-- `line` is the whole record; sorted by zone, place, name and type the rows are the file.

create view unified.dns_zone_records as
select
  z.domain as zone,
  0 as place,
  unified.dns_absolute(z.domain) as name,
  z.minimum_ttl as ttl,
  'SOA' as type,
  soa.data,
  concat_ws(' ', unified.dns_absolute(z.domain), z.minimum_ttl, 'IN', 'SOA', soa.data) as line
from unified.dns_zones as z
cross join lateral (
  select concat_ws(
    ' ', unified.dns_absolute(z.primary_ns), unified.dns_absolute(unified.dns_mailbox(z.admin_email)),
    z.serial_number, z.refresh_interval, z.retry_interval, z.expire_interval, z.minimum_ttl
  ) as data
) as soa
where z.is_active

union all
select
  r.domain,
  case when r.name = '@' and r.record_type = 'NS' then 1 else 2 end,
  unified.dns_absolute(r.fqdn),
  coalesce(r.ttl, z.minimum_ttl),
  r.record_type,
  said.data,
  concat_ws(' ', unified.dns_absolute(r.fqdn), coalesce(r.ttl, z.minimum_ttl), 'IN', r.record_type, said.data)
from unified.dns_records as r
join unified.dns_zones as z on z.domain = r.domain
cross join lateral (
  select concat_ws(
    ' ', r.priority, r.weight, r.port,
    case
      when r.record_type = 'TXT' then unified.dns_text(r.value)
      when r.record_type in ('CNAME', 'DNAME', 'NS', 'PTR', 'MX', 'SRV') then unified.dns_absolute(r.value)
      else r.value
    end
  ) as data
) as said
where r.is_active
  and z.is_active
  and r.record_type <> 'SOA';

comment on view unified.dns_zone_records is 'The active zones in presentation form (RFC 1035 5.1).';

select unified.grant_select('dns_zone_records', 'dovetail_admin');
