-- 020_create_certificate_notifications
-- purpose:  the outbox of certificates: what happened to one, for those who must act on it
-- locks:    none (new table)
-- breaking: no
-- loses:    notifications that nobody has acted on yet

create table unified.certificate_notifications (
  id bigint generated always as identity,
  -- Null once the certificate is deleted; notification_data keeps the old id.
  certificate_id bigint,
  notification_type text not null,
  message text not null,
  notification_data jsonb not null default '{}',
  processed_at timestamptz,
  processed_by text,
  error_message text,
  retry_count integer not null default 0,
  next_retry_at timestamptz,
  created_at timestamptz not null default now(),

  constraint certificate_notifications_pkey primary key (id),
  constraint fk_certificate_notifications_certificates_certificate_id
    foreign key (certificate_id) references unified.certificates (id) on delete set null,

  constraint certificate_notifications_notification_type_known check (
    notification_type in ('created', 'updated', 'renewed', 'expired', 'error', 'deleted', 'warning')
  ),
  constraint certificate_notifications_notification_data_object check (
    jsonb_typeof(notification_data) = 'object'
  ),
  constraint certificate_notifications_retry_count_positive check (retry_count >= 0)
);

comment on table unified.certificate_notifications is 'The outbox of certificates.';
comment on column unified.certificate_notifications.certificate_id is
  'Null once the certificate is deleted; notification_data.certificate_id keeps the old id.';
