-- 055_enter_relay_recipients
-- purpose:  the recipients of a relay domain can be entered, beside its users
-- locks:    access exclusive on unified.map_entries, for a moment; share while building the index
-- breaking: no
-- loses:    the recipients that were entered

alter table unified.map_entries drop constraint map_entries_map_known;
alter table unified.map_entries add constraint map_entries_map_known check (map in (
  'relay_recipient_maps', 'transport_maps', 'virtual_alias_domains', 'sender_bcc_maps', 'recipient_bcc_maps',
  'canonical_maps', 'sender_canonical_maps', 'recipient_canonical_maps', 'relocated_maps',
  'sender_dependent_relayhost_maps', 'sender_dependent_default_transport_maps',
  'smtp_sasl_password_maps', 'smtp_tls_policy_maps',
  'check_client_access', 'check_helo_access', 'check_sender_access', 'check_recipient_access'
)) not valid;
alter table unified.map_entries validate constraint map_entries_map_known;

-- Whether any recipient of a domain was entered.
create index idx_map_entries_map_key
on unified.map_entries (('@' || substring(key from '[^@]+$')))
where map = 'relay_recipient_maps';

-- The first and last recipient of a domain change whether it takes every address.
create function unified.forget_entered_recipients() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  keys text[];
begin
  if tg_op = 'INSERT' then
    keys := array(select distinct key from new_rows where map = 'relay_recipient_maps' limit 501);
  elsif tg_op = 'DELETE' then
    keys := array(select distinct key from old_rows where map = 'relay_recipient_maps' limit 501);
  else
    keys := array(
      select distinct unnest(array[o.key, n.key])
      from old_rows as o
      join new_rows as n using (id)
      where 'relay_recipient_maps' in (o.map, n.map)
      limit 501
    );
  end if;
  perform unified.announce_changes(array(
    select distinct '@' || substring(key from '[^@]+$') from unnest(keys) as key
  ));
  return null;
end
$$;

comment on function unified.forget_entered_recipients() is
  'Trigger on map_entries: what is known of the domains of relayed recipients.';

create trigger map_entries_forget_domains_insert
after insert on unified.map_entries
referencing new table as new_rows
for each statement execute function unified.forget_entered_recipients();

create trigger map_entries_forget_domains_update
after update on unified.map_entries
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_entered_recipients();

create trigger map_entries_forget_domains_delete
after delete on unified.map_entries
referencing old table as old_rows
for each statement execute function unified.forget_entered_recipients();

revoke execute on function unified.forget_entered_recipients() from public;
