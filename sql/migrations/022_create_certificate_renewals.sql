-- 022_create_certificate_renewals
-- purpose:  each attempt to renew a certificate and how it went
-- locks:    none (new table)
-- breaking: no
-- loses:    the history of renewals

create table unified.certificate_renewals (
  id bigint generated always as identity,
  certificate_id bigint not null,
  scheduled_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  renewal_method text not null default 'automatic',
  success boolean,
  error_message text,
  old_not_after timestamptz,
  new_not_after timestamptz,
  triggered_by text,
  renewal_logs text,
  duration_seconds integer,
  created_at timestamptz not null default now(),

  constraint certificate_renewals_pkey primary key (id),
  constraint fk_certificate_renewals_certificates_certificate_id
    foreign key (certificate_id) references unified.certificates (id) on delete cascade,

  constraint certificate_renewals_renewal_method_known check (
    renewal_method in ('automatic', 'manual', 'forced', 'emergency')
  ),
  constraint certificate_renewals_completed_at_ordered check (completed_at >= started_at),
  constraint certificate_renewals_duration_seconds_positive check (duration_seconds >= 0)
);

comment on table unified.certificate_renewals is 'Each attempt to renew a certificate and how it went.';
comment on column unified.certificate_renewals.success is 'Null while it runs.';
comment on column unified.certificate_renewals.triggered_by is 'A login name, or the part of the system that began it.';
