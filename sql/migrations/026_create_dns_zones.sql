-- 026_create_dns_zones
-- purpose:  the DNS zones that this host knows, with what their SOA record says
-- locks:    none (new table)
-- breaking: no
-- loses:    every zone

create table unified.dns_zones (
  id bigint generated always as identity,
  domain text not null,
  serial_number bigint not null default 1,
  refresh_interval integer not null default 7200,
  retry_interval integer not null default 1800,
  expire_interval integer not null default 1209600,
  minimum_ttl integer not null default 3600,
  primary_ns text not null,
  admin_email text not null,
  is_active boolean not null default true,
  zone_type text not null default 'master',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint dns_zones_pkey primary key (id),
  constraint dns_zones_domain_unique unique (domain),

  -- Zones may hold names that no mail domain may: _tcp, 0/25 (RFC 2317).
  constraint dns_zones_domain_format check (
    domain ~ '^(?:[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?$'
    and length(domain) <= 253
  ),
  constraint dns_zones_serial_number_range check (serial_number between 1 and 4294967295),
  constraint dns_zones_refresh_interval_positive check (refresh_interval > 0),
  constraint dns_zones_retry_interval_positive check (retry_interval > 0),
  constraint dns_zones_expire_interval_positive check (expire_interval > 0),
  constraint dns_zones_minimum_ttl_positive check (minimum_ttl >= 0),
  constraint dns_zones_primary_ns_format check (
    primary_ns ~ '^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$'
    and length(primary_ns) <= 254
  ),
  constraint dns_zones_admin_email_format check (
    admin_email ~ '^[a-z0-9!#$%&''*+/=?^_`{|}~.-]+@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and octet_length(admin_email) <= 320
  ),
  constraint dns_zones_zone_type_known check (zone_type in ('master', 'slave', 'stub', 'forward'))
);

comment on table unified.dns_zones is 'The DNS zones that this host knows, with what their SOA record says.';
comment on column unified.dns_zones.serial_number is
  'Grows with every change of the zone or its records (RFC 1982); nobody has to set it.';
comment on column unified.dns_zones.refresh_interval is 'Seconds, as all intervals here.';
comment on column unified.dns_zones.admin_email is 'An address; views turn it into the form that a SOA record wants.';
