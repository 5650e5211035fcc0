-- 016_create_certificates
-- purpose:  the TLS certificates of this host's names: whose, until when, where the files are
-- locks:    none (new table)
-- breaking: no
-- loses:    what is known of certificates (not their files)

create table unified.certificates (
  id bigint generated always as identity,
  domain text not null,
  certificate_type text not null,
  subject_alt_names text[] not null default '{}',
  issuer text,
  subject text,
  not_before timestamptz,
  not_after timestamptz,
  certificate_path text,
  private_key_path text,
  chain_path text,
  fullchain_path text,
  is_active boolean not null default true,
  auto_renew boolean not null default true,
  renewal_attempts integer not null default 0,
  last_renewal_attempt timestamptz,
  last_renewal_success timestamptz,
  renewal_error_message text,
  acme_account_key_path text,
  acme_staging boolean not null default false,
  acme_challenge_type text,
  created_by bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint certificates_pkey primary key (id),
  constraint fk_certificates_users_created_by
    foreign key (created_by) references unified.users (id) on delete set null,

  constraint certificates_domain_format check (
    domain ~ '^(?:\*\.)?(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and domain !~ '(^|\.)[0-9]+$'
    and domain !~ '[^.]{64}'
    and length(domain) <= 253
  ),
  constraint certificates_certificate_type_known check (
    certificate_type in ('self-signed', 'letsencrypt', 'manual', 'ca-signed')
  ),
  constraint certificates_not_after_ordered check (not_after > not_before),
  constraint certificates_renewal_attempts_positive check (renewal_attempts >= 0),
  constraint certificates_acme_challenge_type_known check (
    acme_challenge_type in ('http-01', 'dns-01', 'tls-alpn-01')
  ),
  -- Paths are relative to the certificate folder and stay below it.
  constraint certificates_certificate_path_relative check (certificate_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint certificates_private_key_path_relative check (private_key_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint certificates_chain_path_relative check (chain_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint certificates_fullchain_path_relative check (fullchain_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint certificates_acme_account_key_path_relative check (acme_account_key_path !~ '^/|(^|/)\.\.(/|$)')
);

comment on table unified.certificates is 'The TLS certificates of this host''s names; the keys are files, never in here.';
comment on column unified.certificates.certificate_path is 'Relative to the certificate folder, as all paths here.';
