-- 052_create_map_entries
-- purpose:  what Postfix asks beyond domains, mailboxes and aliases: one table for all such maps
-- locks:    none (new table)
-- breaking: no
-- loses:    every entry

create table unified.map_entries (
  id bigint generated always as identity,
  map text not null,
  key text not null,
  value text not null,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint map_entries_pkey primary key (id),
  -- The key first: one question brings what all maps say about it.
  constraint map_entries_key_map_unique unique (key, map),

  constraint map_entries_map_known check (map in (
    'transport_maps', 'virtual_alias_domains', 'sender_bcc_maps', 'recipient_bcc_maps',
    'canonical_maps', 'sender_canonical_maps', 'recipient_canonical_maps', 'relocated_maps',
    'sender_dependent_relayhost_maps', 'sender_dependent_default_transport_maps',
    'smtp_sasl_password_maps', 'smtp_tls_policy_maps',
    'check_client_access', 'check_helo_access', 'check_sender_access', 'check_recipient_access'
  )),
  -- A key travels to the daemons as a line of a notification.
  constraint map_entries_key_format check (
    key ~ '^[^\u0001-\u001f\u007f\ufffd]+$' and octet_length(key) <= 320
  ),
  constraint map_entries_key_canonical check (key = lower(key) and key is nfc normalized),
  -- Postfix reads 100,000 octets of a reply; nothing that a person writes comes near it.
  constraint map_entries_value_format check (
    value ~ '^[^\u0001-\u001f\u007f\ufffd]+$' and octet_length(value) <= 10000
  )
);

comment on table unified.map_entries is 'What people entered for the maps of Postfix that have no table of their own.';
comment on column unified.map_entries.map is 'The name of the Postfix parameter, or of the access restriction.';
comment on column unified.map_entries.key is 'An address, @domain, a domain, .domain, a network: as docs/protocols/socketmap.md says of the map.';
comment on column unified.map_entries.value is 'As Postfix takes it. Of smtp_sasl_password_maps: a password in clear text.';

create trigger map_entries_touch
before update on unified.map_entries
for each row execute function unified.touch_updated_at();

create function unified.forget_map_entries() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select distinct key from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select distinct key from old_rows limit 501));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[o.key, n.key])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    ));
  end if;
  return null;
end
$$;

comment on function unified.forget_map_entries() is 'Trigger on map_entries.';

create trigger map_entries_forget_insert
after insert on unified.map_entries
referencing new table as new_rows
for each statement execute function unified.forget_map_entries();

create trigger map_entries_forget_update
after update on unified.map_entries
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_map_entries();

create trigger map_entries_forget_delete
after delete on unified.map_entries
referencing old table as old_rows
for each statement execute function unified.forget_map_entries();

create trigger map_entries_forget_truncate
after truncate on unified.map_entries
for each statement execute function unified.forget_everything();

-- Who changes entries need not read the passwords among them: values are read through views.
select unified.grant_to('dovetail_admin', 'select (id, map, key), insert, update, delete on unified.map_entries');

revoke execute on function unified.forget_map_entries() from public;
