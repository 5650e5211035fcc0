-- 067_create_srs_secrets
-- purpose:  what the senders of forwarded mail are rewritten with, for all daemons alike
-- locks:    none (new table)
-- breaking: no
-- loses:    the secrets: bounces to senders that were rewritten with them are refused

create table unified.srs_secrets (
  id bigint generated always as identity,
  secret text not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint srs_secrets_pkey primary key (id),
  constraint srs_secrets_secret_unique unique (secret),
  constraint srs_secrets_secret_format check (
    secret ~ '^[^\u0001-\u001f\u007f]+$' and octet_length(secret) between 12 and 1000
  )
);

comment on table unified.srs_secrets is
  'Secrets of the Sender Rewriting Scheme: the newest signs, each that has not expired verifies.';
comment on column unified.srs_secrets.secret is 'In clear text: for the role of the daemon alone.';
comment on column unified.srs_secrets.expires_at is 'From then on what it signed is not accepted; null: always.';

create trigger srs_secrets_touch
before update on unified.srs_secrets
for each row execute function unified.touch_updated_at();

create function unified.forget_srs_secrets() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.announce_changes(array['srs_secrets']);
  return null;
end
$$;

comment on function unified.forget_srs_secrets() is 'Trigger on srs_secrets.';

create trigger srs_secrets_forget
after insert or update or delete or truncate on unified.srs_secrets
for each statement execute function unified.forget_srs_secrets();

-- Who changes them need not read them.
select unified.grant_to('dovetail_admin',
  'select (id, expires_at, created_at, updated_at), insert, update, delete on unified.srs_secrets');

revoke execute on function unified.forget_srs_secrets() from public;
