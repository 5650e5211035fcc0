-- 010_create_email_aliases
-- purpose:  where mail goes that is not for a mailbox: one row a destination
-- locks:    none (new table)
-- breaking: no
-- loses:    every alias, group, forward and catch-all

create table unified.email_aliases (
  id bigint generated always as identity,
  user_id bigint,
  alias_email text not null,
  alias_domain text generated always as (substring(alias_email from '[^@]+$')) stored,
  destination_email text not null,
  is_primary boolean not null default false,
  is_active boolean not null default true,
  is_catch_all boolean not null,
  may_send_as boolean not null default true,
  allowed_senders text not null default 'public',
  expires_at timestamptz,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint email_aliases_pkey primary key (id),
  constraint email_aliases_alias_email_destination_email_unique unique (alias_email, destination_email),
  constraint fk_email_aliases_users_user_id
    foreign key (user_id) references unified.users (id) on delete set null,

  -- As users_email_format, and `@domain` for a catch-all.
  constraint email_aliases_alias_email_format check (
    alias_email ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and alias_email !~ '[.@][0-9]+$'
    and (alias_email not like '"%' or alias_email !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@')
  ),
  constraint email_aliases_alias_email_canonical check (alias_email = lower(alias_email) and alias_email is nfc normalized),
  constraint email_aliases_alias_email_length check (
    octet_length(alias_email) <= 320
    and length(substring(alias_email from '[^@]+$')) <= 253
    and substring(alias_email from '[^@]+$') !~ '[^.]{64}'
  ),
  constraint email_aliases_destination_email_format check (
    destination_email ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and destination_email !~ '[.@][0-9]+$'
    and (destination_email not like '"%' or destination_email !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@')
  ),
  constraint email_aliases_destination_email_canonical check (destination_email = lower(destination_email) and destination_email is nfc normalized),
  constraint email_aliases_destination_email_length check (
    octet_length(destination_email) <= 320
    and length(substring(destination_email from '[^@]+$')) <= 253
    and substring(destination_email from '[^@]+$') !~ '[^.]{64}'
  ),
  constraint email_aliases_is_catch_all_matching check (is_catch_all = (left(alias_email, 1) = '@')),
  constraint email_aliases_allowed_senders_known check (allowed_senders in ('public', 'domain', 'members'))
);

comment on table unified.email_aliases is
  'Where mail goes that is not for a mailbox: one row a destination, so a group of three is three rows.';
comment on column unified.email_aliases.user_id is 'The owner, who may send as the alias; null: nobody in particular.';
comment on column unified.email_aliases.alias_email is 'An address, or @domain for a catch-all.';
comment on column unified.email_aliases.destination_email is
  'An address here or elsewhere; the alias itself where a mailbox keeps a copy of what it forwards.';
comment on column unified.email_aliases.is_primary is 'The owner''s main address; at most one a user.';
comment on column unified.email_aliases.is_catch_all is 'True exactly where alias_email is @domain; filled in when not given.';
comment on column unified.email_aliases.may_send_as is 'The mailbox at the destination may send as the alias.';
comment on column unified.email_aliases.allowed_senders is 'Who may write to it: public, domain, members.';
