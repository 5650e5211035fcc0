-- 037_create_sender_grants
-- purpose:  who may send as an address that is neither his mailbox nor an alias of his
-- locks:    none (new table)
-- breaking: no
-- loses:    every grant

create table unified.sender_grants (
  id bigint generated always as identity,
  user_id bigint not null,
  sender text not null,
  expires_at timestamptz,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint sender_grants_pkey primary key (id),
  constraint sender_grants_user_id_sender_unique unique (user_id, sender),
  constraint fk_sender_grants_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,

  -- As email_aliases_alias_email_format; the domain may be anybody's.
  constraint sender_grants_sender_format check (
    sender ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and sender !~ '[.@][0-9]+$'
    and (sender not like '"%' or sender !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@')
  ),
  constraint sender_grants_sender_canonical check (sender = lower(sender) and sender is nfc normalized),
  constraint sender_grants_sender_length check (
    octet_length(sender) <= 320
    and length(substring(sender from '[^@]+$')) <= 253
    and substring(sender from '[^@]+$') !~ '[^.]{64}'
  )
);

comment on table unified.sender_grants is
  'Who may send as an address that is neither his mailbox nor an alias of his.';
comment on column unified.sender_grants.sender is 'An address, or @domain for every address of a domain.';
