-- 059_create_greylist_entries
-- purpose:  which strangers have been seen, which are known, and to whom our users write
-- locks:    none (new table)
-- breaking: no
-- loses:    everything that greylisting has learnt: every stranger is one again, and waits once

-- The key is a hash of what the entry is about, made by the daemon; the columns are for people.
-- Logged, not unlogged: an unlogged table is empty after a crash and on a standby that takes over, and then
-- every sender would wait again. Not partitioned: what ends is found by an index, and is never much at once.

create table unified.greylist_entries (
  id bigint generated always as identity,
  key uuid not null,
  kind text not null,
  network cidr,
  sender text,
  recipient text,
  passes integer not null default 0,
  first_seen_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,

  constraint greylist_entries_pkey primary key (id),
  constraint greylist_entries_key_unique unique (key),
  constraint greylist_entries_kind_known check (kind in ('triplet', 'client', 'correspondent')),
  constraint greylist_entries_passes_positive check (passes >= 0)
);

comment on table unified.greylist_entries is 'What greylisting has seen, of all nodes.';
comment on column unified.greylist_entries.kind is
  'triplet: network, sender, recipient. client: network and the sender''s domain. correspondent: an address to which a user has written.';
comment on column unified.greylist_entries.passes is
  'Of a triplet: 1 once it has waited long enough. Of a client: how many of its triplets have.';
