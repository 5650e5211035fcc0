-- 056_create_access_entries
-- purpose:  whose mail is let in or kept out: lists of the administrator, of a domain, of a user
-- locks:    none (new table)
-- breaking: no
-- loses:    every entry of every list

create table unified.access_entries (
  id bigint generated always as identity,
  user_id bigint,
  domain text,
  side text not null,
  pattern text not null,
  verdict text not null,
  note text,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  network cidr generated always as (case when side = 'client' then pattern::cidr end) stored,
  lookup_key text generated always as (side || ' ' || pattern) stored,

  constraint access_entries_pkey primary key (id),
  constraint access_entries_user_id_domain_side_pattern_unique
    unique nulls not distinct (user_id, domain, side, pattern),
  constraint fk_access_entries_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,
  constraint fk_access_entries_mail_domains_domain
    foreign key (domain) references unified.mail_domains (domain) on update cascade on delete cascade,
  constraint access_entries_user_id_single check (num_nonnulls(user_id, domain) <= 1),
  constraint access_entries_side_known check (side in ('sender', 'recipient', 'client')),
  constraint access_entries_verdict_known check (verdict in ('allow', 'block')),

  -- An address or @domain as sender_grants_sender_format; .domain for everything below a domain.
  constraint access_entries_pattern_format check (
    side = 'client'
    or (
      pattern ~ '^(?:(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@|\.)(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
      and pattern !~ '[.@][0-9]+$'
    )
  ),
  constraint access_entries_pattern_canonical check (
    case
      when side = 'client' then pattern = network::text
      else pattern = lower(pattern) and pattern is nfc normalized
    end
  ),
  constraint access_entries_pattern_length check (octet_length(pattern) <= 320)
);

comment on table unified.access_entries is
  'Block and allow lists. The owner is a user, a domain, or, with neither, the administrator: then it holds for everybody.';
comment on column unified.access_entries.side is
  'sender, client: of mail that strangers send to the owner. recipient: of mail that the owner''s logins send.';
comment on column unified.access_entries.pattern is
  'An address, @domain, .domain for all below it; of a client a network, 192.0.2.0/24.';
comment on column unified.access_entries.expires_at is 'From then on the entry says nothing.';
comment on column unified.access_entries.lookup_key is 'By which the daemon asks: sender ann@example.net.';

create trigger access_entries_touch
before update on unified.access_entries
for each row execute function unified.touch_updated_at();
