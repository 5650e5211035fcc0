-- what do the maps without a rule of their own say about a key?
-- needs: postfix_transport_maps, postfix_relay_recipient_maps
--
-- Apart from lookup_addresses: most sites have few entries, and Postfix asks several of these maps
-- about one key, so that one answer serves them all. Passwords are in lookup_secret_entries.

create view unified.lookup_entries as
select
  e.key,
  e.map,
  e.value
from unified.map_entries as e
where e.map not in ('smtp_sasl_password_maps', 'relay_recipient_maps')

union all
-- What somebody entered for the domain goes before its own transport.
select
  t.domain,
  'transport_maps',
  t.transport
from unified.postfix_transport_maps as t
where not exists (
  select
  from unified.map_entries as e
  where e.key = t.domain
    and e.map = 'transport_maps'
)

union all
select
  r.address,
  'relay_recipient_maps',
  r.action
from unified.postfix_relay_recipient_maps as r;

comment on view unified.lookup_entries is 'For the daemon: the entries of all maps at a key, but no passwords.';

select unified.grant_select('lookup_entries', 'dovetail_lookup');
