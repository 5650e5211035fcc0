-- 004_create_user_passwords
-- purpose:  the passwords of a user: one for all of mail, or several for services and devices
-- locks:    none (new table)
-- breaking: no
-- loses:    every password

create table unified.user_passwords (
  id bigint generated always as identity,
  user_id bigint not null,
  service text not null default 'dovecot',
  label text not null default '',
  password_hash text not null,
  hash_scheme text not null default 'ARGON2ID',
  expires_at timestamptz,
  must_change_on_next_login boolean not null default false,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint user_passwords_pkey primary key (id),
  constraint user_passwords_user_id_service_label_unique unique (user_id, service, label),
  constraint fk_user_passwords_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,

  constraint user_passwords_service_format check (service ~ '^[a-z][a-z0-9_-]{0,62}$'),
  constraint user_passwords_label_format check (label !~ '[\u0001-\u001f\u007f]' and length(label) <= 100),
  -- Exactly the schemes that the daemon verifies; a test compares the two.
  constraint user_passwords_hash_scheme_known check (
    hash_scheme in ('ARGON2ID', 'BLF-CRYPT', 'SHA512-CRYPT', 'SSHA512', 'SSHA256')
  ),
  -- Without {SCHEME} in front: that is the column hash_scheme.
  constraint user_passwords_password_hash_format check (
    password_hash ~ '^[^{[:space:]][^[:space:]]*$'
    and length(password_hash) <= 1000
  )
);

comment on table unified.user_passwords is 'The passwords of a user, each for a service and with a label.';
comment on column unified.user_passwords.service is
  'dovecot = every mail protocol; or one of imap, pop3, smtp, sieve, apache, webdav, samba, api, ...';
comment on column unified.user_passwords.label is 'Tells app passwords of one service apart: phone, laptop.';
comment on column unified.user_passwords.password_hash is 'Without {SCHEME} in front.';
comment on column unified.user_passwords.hash_scheme is 'Dovecot''s name of the scheme.';
