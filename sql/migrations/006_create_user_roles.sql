-- 006_create_user_roles
-- purpose:  what a user may do, and what not (`no_email`)
-- locks:    none (new table)
-- breaking: no
-- loses:    every role, `no_email` included: who was barred from mail has it again

create table unified.user_roles (
  id bigint generated always as identity,
  user_id bigint not null,
  role_name text not null,
  service text not null default 'global',
  granted_at timestamptz not null default now(),
  granted_by bigint,
  granted_by_username text,
  expires_at timestamptz,
  is_active boolean not null default true,
  inherited_from text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint user_roles_pkey primary key (id),
  constraint user_roles_user_id_role_name_service_unique unique (user_id, role_name, service),
  constraint fk_user_roles_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,
  constraint fk_user_roles_users_granted_by
    foreign key (granted_by) references unified.users (id) on delete set null,

  constraint user_roles_role_name_format check (role_name ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint user_roles_service_format check (service ~ '^[a-z][a-z0-9_-]{0,62}$'),
  constraint user_roles_inherited_from_format check (
    inherited_from ~ '^[a-z][a-z0-9_]{0,62}$'
    and inherited_from <> role_name
  )
);

comment on table unified.user_roles is 'What a user may do, and what not.';
comment on column unified.user_roles.role_name is
  'admin, user, customer, moderator, no_email, readonly, send_as_any, ...';
comment on column unified.user_roles.service is 'One service, or global. no_email denies all mail whatever stands here.';
comment on column unified.user_roles.granted_by_username is
  'The login name of granted_by: it stays when that user goes.';
comment on column unified.user_roles.inherited_from is 'The role that implied this one; null where granted itself.';
