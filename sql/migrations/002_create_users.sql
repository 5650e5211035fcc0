-- 002_create_users
-- purpose:  who exists: one row a mailbox or account
-- locks:    none (new table)
-- breaking: no
-- loses:    every account

create table unified.users (
  id bigint generated always as identity,
  username text not null,
  email text not null,
  -- The domain follows the last @: a quoted local part may hold others.
  domain text generated always as (substring(email from '[^@]+$')) stored,
  first_name text,
  last_name text,
  system_uid integer not null default 5000,
  system_gid integer not null default 5000,
  home_directory text not null,
  mailbox_format text not null default 'maildir',
  is_active boolean not null default true,
  is_locked boolean not null default false,
  email_verified boolean not null default false,
  verification_token_hash text,
  verification_token_expires_at timestamptz,
  reset_token_hash text,
  reset_token_expires_at timestamptz,
  last_login_at timestamptz,
  failed_login_attempts integer not null default 0,
  last_failed_login_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint users_pkey primary key (id),
  constraint users_username_unique unique (username),
  constraint users_email_unique unique (email),

  -- A login name that looks like an address is one's own: nobody logs in, or gets mail, as
  -- somebody else's address.
  constraint users_username_unambiguous check (strpos(username, '@') = 0 or username = email),
  constraint users_username_format check (
    username = lower(username)
    and username <> ''
    and username !~ '[\u0001-\u001f\u007f]'
    and octet_length(username) <= 320
  ),

  -- Exactly what src/base/address.ts makes: a local part quoted only where it must be, and
  -- a domain of A-labels that is no number.
  constraint users_email_format check (
    email ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and email !~ '[.@][0-9]+$'
    and (email not like '"%' or email !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@')
  ),
  constraint users_email_canonical check (email = lower(email) and email is nfc normalized),
  constraint users_email_length check (
    octet_length(email) <= 320
    and length(substring(email from '[^@]+$')) <= 253
    and substring(email from '[^@]+$') !~ '[^.]{64}'
  ),

  -- Root's ids are never a mailbox's.
  constraint users_system_uid_unprivileged check (system_uid > 0),
  constraint users_system_gid_unprivileged check (system_gid > 0),
  constraint users_home_directory_absolute check (
    home_directory ~ '^/'
    and home_directory !~ '(^|/)\.\.(/|$)'
    and home_directory !~ '[\u0001-\u001f\u007f]'
  ),
  constraint users_mailbox_format_known check (mailbox_format in ('maildir', 'mdbox', 'sdbox', 'mbox')),

  -- Only a hash of a token is stored (SHA-256, hexadecimal), and never without its end.
  constraint users_verification_token_hash_format check (verification_token_hash ~ '^[0-9a-f]{64}$'),
  constraint users_verification_token_expires_at_paired check (
    (verification_token_hash is null) = (verification_token_expires_at is null)
  ),
  constraint users_reset_token_hash_format check (reset_token_hash ~ '^[0-9a-f]{64}$'),
  constraint users_reset_token_expires_at_paired check (
    (reset_token_hash is null) = (reset_token_expires_at is null)
  ),
  constraint users_failed_login_attempts_positive check (failed_login_attempts >= 0)
);

comment on table unified.users is 'Who exists: one row a mailbox or account.';
comment on column unified.users.username is
  'The login name, lower case. Defaults to the address; otherwise it holds no @.';
comment on column unified.users.email is 'The mailbox address, canonical (see docs/schema.md).';
comment on column unified.users.domain is 'Everything after the last @ of email; never given by the caller.';
comment on column unified.users.home_directory is 'Defaults to /var/mail/<domain>/<local part>.';
comment on column unified.users.is_active is 'False: the account is switched off; no mail, no login.';
comment on column unified.users.is_locked is 'True: shut for a reason (abuse, unpaid, ...); no mail, no login.';
