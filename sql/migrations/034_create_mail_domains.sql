-- 034_create_mail_domains
-- purpose:  which mail domains exist and how their mail is handled
-- locks:    none (new table)
-- breaking: no
-- loses:    every domain and its limits

create table unified.mail_domains (
  id bigint generated always as identity,
  domain text not null,
  domain_type text not null default 'virtual',
  target_domain text,
  -- What the target must be: the foreign key below holds both columns to it.
  target_type text generated always as (case when target_domain is not null then 'virtual' end) stored,
  -- The key under which catch-alls and alias domains are looked up.
  catch_all text generated always as ('@' || domain) stored,
  transport text,
  is_active boolean not null default true,
  max_users integer,
  max_aliases integer,
  quota_bytes bigint,
  default_user_quota_bytes bigint,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint mail_domains_pkey primary key (id),
  constraint mail_domains_domain_unique unique (domain),
  constraint mail_domains_domain_domain_type_unique unique (domain, domain_type),
  constraint fk_mail_domains_mail_domains_target_domain
    foreign key (target_domain, target_type) references unified.mail_domains (domain, domain_type),

  constraint mail_domains_domain_format check (
    domain ~ '^(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and domain !~ '(^|\.)[0-9]+$'
    and domain !~ '[^.]{64}'
    and length(domain) <= 253
  ),
  constraint mail_domains_domain_type_known check (domain_type in ('virtual', 'alias', 'relay', 'backup')),
  constraint mail_domains_target_domain_fitting check ((target_domain is not null) = (domain_type = 'alias')),
  constraint mail_domains_transport_fitting check (transport is null or domain_type in ('relay', 'backup')),
  constraint mail_domains_transport_needed check (transport is not null or domain_type <> 'relay'),
  constraint mail_domains_transport_format check (transport ~ '^[A-Za-z0-9_-]*:[^[:space:]]*$' and transport <> ':'),
  constraint mail_domains_max_users_positive check (max_users >= 0),
  constraint mail_domains_max_aliases_positive check (max_aliases >= 0),
  constraint mail_domains_quota_bytes_positive check (quota_bytes >= 0),
  constraint mail_domains_default_user_quota_bytes_positive check (default_user_quota_bytes >= 0)
);

comment on table unified.mail_domains is 'Which mail domains exist and how their mail is handled.';
comment on column unified.mail_domains.domain_type is
  'virtual: mailboxes here; alias: of target_domain; relay: to transport; backup: MX for somebody else.';
comment on column unified.mail_domains.target_domain is 'Of an alias domain: the virtual domain that it stands for.';
comment on column unified.mail_domains.transport is 'As in transport(5): smtp:[10.0.0.7]:25.';
comment on column unified.mail_domains.max_users is 'Null is unlimited, as in all limits here.';
comment on column unified.mail_domains.quota_bytes is 'For all mailboxes of the domain together.';
comment on column unified.mail_domains.default_user_quota_bytes is 'For each user without a storage quota of its own.';
