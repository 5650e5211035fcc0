-- 008_create_user_quotas
-- purpose:  how much a user may use, and uses
-- locks:    none (new table)
-- breaking: no
-- loses:    every limit and the last known usage

create table unified.user_quotas (
  id bigint generated always as identity,
  user_id bigint not null,
  service text not null default 'dovecot',
  quota_type text not null default 'storage',
  quota_value numeric,
  quota_unit text not null default 'bytes',
  follows_domain boolean not null default false,
  current_usage numeric not null default 0,
  warning_percent smallint not null default 90,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint user_quotas_pkey primary key (id),
  constraint user_quotas_user_id_service_quota_type_unique unique (user_id, service, quota_type),
  constraint fk_user_quotas_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,

  constraint user_quotas_service_format check (service ~ '^[a-z][a-z0-9_-]{0,62}$'),
  constraint user_quotas_quota_type_known check (
    quota_type in ('storage', 'messages', 'files', 'bandwidth', 'connections')
  ),
  constraint user_quotas_quota_unit_known check (
    quota_unit in ('bytes', 'KB', 'MB', 'GB', 'TB', 'count', 'per_hour', 'per_day')
  ),
  constraint user_quotas_quota_unit_fitting check (
    (quota_unit in ('bytes', 'KB', 'MB', 'GB', 'TB')) = (quota_type in ('storage', 'bandwidth'))
  ),
  constraint user_quotas_quota_value_positive check (quota_value >= 0 and quota_value < 'infinity'),
  constraint user_quotas_follows_domain_valueless check (not follows_domain or quota_value is null),
  constraint user_quotas_current_usage_positive check (current_usage >= 0 and current_usage < 'infinity'),
  constraint user_quotas_warning_percent_range check (warning_percent between 1 and 100)
);

comment on table unified.user_quotas is 'How much a user may use, and uses. Views show base units only.';
comment on column unified.user_quotas.quota_value is 'In quota_unit; null is unlimited (see follows_domain).';
comment on column unified.user_quotas.quota_unit is 'KB is 1024 bytes, and so on, as in Dovecot''s quota rules.';
comment on column unified.user_quotas.follows_domain is
  'True: no limit of its own, the domain''s default counts. Such a row keeps the usage only.';
comment on column unified.user_quotas.current_usage is 'In quota_unit, as quota_value.';
comment on column unified.user_quotas.warning_percent is 'From this share of the limit on the user is warned.';
