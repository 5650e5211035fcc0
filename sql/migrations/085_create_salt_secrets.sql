-- 085_create_salt_secrets
-- purpose:  all daemons, and each after a restart, show one SCRAM salt for a name that nobody has
-- locks:    none (new table)
-- breaking: no
-- loses:    the secret: with another one these salts change, which tells whoever asked before that nobody has the name

create table unified.salt_secrets (
  id bigint generated always as identity,
  is_only boolean not null default true,
  secret bytea not null,
  created_at timestamptz not null default now(),

  constraint salt_secrets_pkey primary key (id),
  constraint salt_secrets_is_only_unique unique (is_only),
  constraint salt_secrets_is_only_true check (is_only),
  constraint salt_secrets_secret_size check (octet_length(secret) >= 32)
);

comment on table unified.salt_secrets is
  'One row, made by its migration: the salts that are shown for names that nobody has are made of it.';
comment on column unified.salt_secrets.is_only is 'True: there is no second row.';
comment on column unified.salt_secrets.secret is 'For the role of the daemon alone.';

-- 244 bits of the server's own randomness: pgcrypto is not everywhere.
insert into unified.salt_secrets (secret)
values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
