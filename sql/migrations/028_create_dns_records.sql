-- 028_create_dns_records
-- purpose:  the records of the zones, each type's value checked
-- locks:    none (new table)
-- breaking: no
-- loses:    every record

create table unified.dns_records (
  id bigint generated always as identity,
  domain text not null,
  name text not null default '@',
  fqdn text generated always as (case name when '@' then domain else name || '.' || domain end) stored,
  record_type text not null,
  value text not null,
  ttl integer,
  priority integer,
  weight integer,
  port integer,
  is_active boolean not null default true,
  is_system_record boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint dns_records_pkey primary key (id),
  constraint dns_records_domain_name_record_type_value_unique unique (domain, name, record_type, value),
  constraint fk_dns_records_dns_zones_domain
    foreign key (domain) references unified.dns_zones (domain) on update cascade on delete cascade,

  constraint dns_records_name_format check (
    name ~ '^(?:@|\*|(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?)$'
  ),
  constraint dns_records_fqdn_length check (length(fqdn) <= 253),
  constraint dns_records_record_type_known check (
    record_type in (
      'A', 'AAAA', 'CNAME', 'MX', 'TXT', 'SRV', 'NS', 'PTR', 'SOA', 'CAA', 'TLSA', 'SSHFP', 'DS',
      'DNSKEY', 'CDS', 'CDNSKEY', 'DNAME', 'HTTPS', 'SVCB', 'NAPTR', 'LOC', 'HINFO', 'RP', 'URI',
      'SMIMEA', 'OPENPGPKEY'
    )
  ),
  -- One index row must hold it (dns_records_domain_name_record_type_value_unique).
  constraint dns_records_value_length check (value <> '' and octet_length(value) <= 2048),
  constraint dns_records_value_format check (
    value !~ '[\u0001-\u001f\u007f]'
    and case
      when record_type = 'A' then value ~ '^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$'
      when record_type = 'AAAA' then value ~ '^[0-9a-f:.]*:[0-9a-f:.]*$' and family(value::inet) = 6
      when record_type in ('CNAME', 'DNAME', 'NS', 'PTR') then
        value ~ '^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$'
      -- A single dot: no mail (RFC 7505), no such service (RFC 2782).
      when record_type in ('MX', 'SRV') then
        value ~ '^(?:\.|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)$'
      when record_type = 'SOA' then value ~ '^[^ ]+ [^ ]+(?: [0-9]{1,10}){5}$'
      when record_type = 'CAA' then value ~ '^(?:0|128) [a-z0-9]{1,15} "[^"]*"$'
      when record_type in ('TLSA', 'SMIMEA') then value ~* '^[0-3] [01] [0-2] (?:[0-9a-f]{2})+$'
      when record_type = 'SSHFP' then value ~* '^[1-6] [12] (?:[0-9a-f]{2})+$'
      when record_type in ('DS', 'CDS') then value ~* '^[0-9]{1,5} [0-9]{1,3} [0-9]{1,3} (?:[0-9a-f]{2})+$'
      when record_type in ('DNSKEY', 'CDNSKEY') then value ~ '^[0-9]{1,5} 3 [0-9]{1,3} [A-Za-z0-9+/]+={0,2}$'
      when record_type = 'OPENPGPKEY' then value ~ '^[A-Za-z0-9+/]+={0,2}$'
      when record_type in ('HTTPS', 'SVCB') then
        value ~ '^[0-9]{1,5} (?:\.|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)(?: [a-z0-9-]+(?:=(?:"[^"]*"|[^" ]+))?)*$'
      when record_type = 'NAPTR' then
        value ~ '^[0-9]{1,5} [0-9]{1,5} "[A-Za-z0-9]*" "[^"]*" "[^"]*" (?:\.|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)$'
      when record_type = 'URI' then value ~ '^[0-9]{1,5} [0-9]{1,5} "[^"]+"$'
      else true
    end
  ),
  constraint dns_records_ttl_range check (ttl between 0 and 2147483647),
  constraint dns_records_priority_range check (priority between 0 and 65535),
  constraint dns_records_weight_range check (weight between 0 and 65535),
  constraint dns_records_port_range check (port between 0 and 65535),
  constraint dns_records_priority_fitting check ((priority is not null) = (record_type in ('MX', 'SRV'))),
  constraint dns_records_weight_fitting check ((weight is not null) = (record_type = 'SRV')),
  constraint dns_records_port_fitting check ((port is not null) = (record_type = 'SRV')),
  -- The apex always has a SOA record, and a CNAME stands alone (RFC 1034 3.6.2).
  constraint dns_records_record_type_placed check (
    not (record_type = 'CNAME' and name = '@')
    and not (record_type = 'SOA' and name <> '@')
  )
);

comment on table unified.dns_records is 'The records of the zones.';
comment on column unified.dns_records.domain is 'The zone.';
comment on column unified.dns_records.name is 'Below the zone; @ is the zone itself.';
comment on column unified.dns_records.fqdn is 'The whole name, without a final dot.';
comment on column unified.dns_records.value is
  'In presentation form, after the priority, weight and port of MX and SRV. Names are whole (the final dot may be left out); a TXT is not quoted.';
comment on column unified.dns_records.ttl is 'Seconds; null: the minimum TTL of the zone.';
comment on column unified.dns_records.is_system_record is 'Made by dovetail, which may change it again.';
