-- undoes 055_enter_relay_recipients
delete from unified.map_entries where map = 'relay_recipient_maps';
drop index unified.idx_map_entries_map_key;
alter table unified.map_entries drop constraint map_entries_map_known;
alter table unified.map_entries add constraint map_entries_map_known check (map in (
  'transport_maps', 'virtual_alias_domains', 'sender_bcc_maps', 'recipient_bcc_maps',
  'canonical_maps', 'sender_canonical_maps', 'recipient_canonical_maps', 'relocated_maps',
  'sender_dependent_relayhost_maps', 'sender_dependent_default_transport_maps',
  'smtp_sasl_password_maps', 'smtp_tls_policy_maps',
  'check_client_access', 'check_helo_access', 'check_sender_access', 'check_recipient_access'
));
drop trigger map_entries_forget_domains_insert on unified.map_entries;
drop trigger map_entries_forget_domains_update on unified.map_entries;
drop trigger map_entries_forget_domains_delete on unified.map_entries;
drop function unified.forget_entered_recipients();
