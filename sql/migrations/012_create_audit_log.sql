-- 012_create_audit_log
-- purpose:  who did what, when and from where; append-only, one partition a month
-- locks:    none (new table)
-- breaking: no
-- loses:    the whole audit trail

-- No foreign key: an entry outlives the user it tells of, and is never updated.
create table unified.audit_log (
  id bigint generated always as identity,
  user_id bigint,
  session_id text,
  service text not null,
  action text not null,
  resource text,
  resource_id text,
  ip_address inet,
  user_agent text,
  request_method text,
  request_path text,
  success boolean not null default true,
  status_code integer,
  error_message text,
  additional_data jsonb not null default '{}',
  duration_ms integer,
  created_at timestamptz not null default now(),

  constraint audit_log_pkey primary key (id, created_at),
  constraint audit_log_service_format check (service ~ '^[a-z][a-z0-9_-]{0,62}$'),
  constraint audit_log_action_format check (action ~ '^[a-z][a-z0-9_.-]{0,99}$'),
  constraint audit_log_duration_ms_positive check (duration_ms >= 0),
  -- A net under the rule that no secret is ever logged.
  constraint audit_log_additional_data_secretless check (
    jsonb_typeof(additional_data) = 'object'
    and not additional_data ?| array['password', 'password_hash', 'hash', 'token', 'secret']
  )
) partition by range (created_at);

-- An entry is never refused because somebody forgot to make the month's partition.
create table unified.audit_log_default partition of unified.audit_log default;

comment on table unified.audit_log is
  'Who did what, when and from where. Append-only; never holds a password, a token or a hash.';
comment on column unified.audit_log.user_id is 'No foreign key: the entry outlives the user.';
comment on column unified.audit_log.resource is 'What was touched: user, alias, domain, ...; resource_id tells which.';
comment on column unified.audit_log.duration_ms is 'Milliseconds.';
comment on table unified.audit_log_default is 'Entries of months that have no partition of their own yet.';
