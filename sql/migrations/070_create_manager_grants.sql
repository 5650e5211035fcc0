-- 070_create_manager_grants
-- purpose:  who may change an alias or a mailbox, or those of a domain: a right of its own
-- locks:    none (new table)
-- breaking: no
-- loses:    every grant

create table unified.manager_grants (
  id bigint generated always as identity,
  user_id bigint not null,
  address text not null,
  expires_at timestamptz,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint manager_grants_pkey primary key (id),
  constraint manager_grants_user_id_address_unique unique (user_id, address),
  constraint fk_manager_grants_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,

  -- As sender_grants_sender_format.
  constraint manager_grants_address_format check (
    address ~ '^(?:[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*|"(?:[^\u0001-\u001f\u007f\ufffd"\\]|\\["\\])+")?@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)*[a-z0-9]+(?:-+[a-z0-9]+)*$'
    and address !~ '[.@][0-9]+$'
    and (address not like '"%' or address !~ '^"[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+(?:\.[^\u0001-\u0020\u007f\ufffd()<>@,;:\\".[\]]+)*"@')
  ),
  constraint manager_grants_address_canonical check (address = lower(address) and address is nfc normalized),
  constraint manager_grants_address_length check (
    octet_length(address) <= 320
    and length(substring(address from '[^@]+$')) <= 253
    and substring(address from '[^@]+$') !~ '[^.]{64}'
  )
);

comment on table unified.manager_grants is
  'Who may change an alias or a mailbox; to receive its mail and to send as it are rights of their own.';
comment on column unified.manager_grants.address is 'An address, or @domain for every address of a domain.';

create trigger manager_grants_touch
before update on unified.manager_grants
for each row execute function unified.touch_updated_at();

create trigger manager_grants_record_insert
after insert on unified.manager_grants
referencing new table as new_rows
for each statement execute function unified.record_account_events(
  'manager_changed', '{address,expires_at}', '{updated_at,description}'
);

create trigger manager_grants_record_update
after update on unified.manager_grants
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'manager_changed', '{address,expires_at}', '{updated_at,description}'
);

create trigger manager_grants_record_delete
after delete on unified.manager_grants
referencing old table as old_rows
for each statement execute function unified.record_account_events(
  'manager_changed', '{address,expires_at}', '{updated_at,description}'
);

select unified.grant_to('dovetail_admin', 'select, insert, update, delete on unified.manager_grants');
