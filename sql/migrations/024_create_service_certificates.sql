-- 024_create_service_certificates
-- purpose:  which service presents which certificate for which name, and whether it does so well
-- locks:    none (new table)
-- breaking: no
-- loses:    the TLS settings of services and their last health check

create table unified.service_certificates (
  id bigint generated always as identity,
  service_name text not null,
  domain text not null,
  certificate_type text not null default 'none',
  ssl_enabled boolean not null default false,
  certificate_path text,
  private_key_path text,
  chain_path text,
  fullchain_path text,
  is_active boolean not null default true,
  last_updated timestamptz,
  last_reload timestamptz,
  ssl_protocols text[] not null default '{TLSv1.2,TLSv1.3}',
  ssl_ciphers text,
  hsts_enabled boolean not null default false,
  hsts_max_age integer not null default 31536000,
  last_health_check timestamptz,
  health_status text not null default 'unknown',
  health_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint service_certificates_pkey primary key (id),
  constraint service_certificates_service_name_domain_unique unique (service_name, domain),

  constraint service_certificates_service_name_format check (service_name ~ '^[a-z][a-z0-9_-]{0,62}$'),
  constraint service_certificates_domain_format check (
    domain ~ '^(?:\*\.)?(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and domain !~ '(^|\.)[0-9]+$'
    and domain !~ '[^.]{64}'
    and length(domain) <= 253
  ),
  constraint service_certificates_certificate_type_known check (
    certificate_type in ('live', 'staged', 'self-signed', 'none')
  ),
  constraint service_certificates_ssl_enabled_fitting check (not ssl_enabled or certificate_type <> 'none'),
  constraint service_certificates_certificate_path_relative check (certificate_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint service_certificates_private_key_path_relative check (private_key_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint service_certificates_chain_path_relative check (chain_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint service_certificates_fullchain_path_relative check (fullchain_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint service_certificates_hsts_max_age_positive check (hsts_max_age >= 0),
  constraint service_certificates_health_status_known check (
    health_status in ('unknown', 'healthy', 'warning', 'critical', 'error')
  )
);

comment on table unified.service_certificates is 'Which service presents which certificate for which name.';
comment on column unified.service_certificates.service_name is 'dovecot, postfix, apache, ...';
comment on column unified.service_certificates.hsts_max_age is 'Seconds.';
