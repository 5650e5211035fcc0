-- 014_create_mailbox_events
-- purpose:  the outbox: what happened to accounts, for those who must act on it
-- locks:    none (new table)
-- breaking: no
-- loses:    events that nobody has acted on yet

-- No foreign key: the event of a deletion outlives what was deleted, and with a key the
-- deletion itself would fail.
create table unified.mailbox_events (
  id bigint generated always as identity,
  event_type text not null,
  user_id bigint,
  username text,
  email text,
  domain text,
  home_directory text,
  event_data jsonb not null default '{}',
  processed boolean not null default false,
  processed_at timestamptz,
  processed_by text,
  error_message text,
  retry_count integer not null default 0,
  next_retry_at timestamptz,
  created_at timestamptz not null default now(),

  constraint mailbox_events_pkey primary key (id),
  constraint mailbox_events_event_type_format check (event_type ~ '^[a-z][a-z0-9_]{0,62}$'),
  constraint mailbox_events_event_data_secretless check (
    jsonb_typeof(event_data) = 'object'
    and not event_data ?| array['password', 'password_hash', 'hash', 'token', 'secret']
  ),
  constraint mailbox_events_processed_at_fitting check (processed or processed_at is null),
  constraint mailbox_events_retry_count_positive check (retry_count >= 0)
);

comment on table unified.mailbox_events is 'The outbox: what happened to accounts. Read mailbox_event_queue.';
comment on column unified.mailbox_events.event_type is
  'created, updated, deleted, locked, unlocked, password_changed, role_changed, quota_changed, alias_changed, quota_warning, ...';
comment on column unified.mailbox_events.user_id is 'No foreign key: the event outlives the user.';
comment on column unified.mailbox_events.next_retry_at is 'Not before then; null is at once.';
