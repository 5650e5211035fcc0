-- is this a recipient whose mail we pass on?
-- needs: postfix_relay_domains
--
-- query = SELECT action FROM unified.postfix_relay_recipient_maps WHERE address = '%s'
--
-- A relay domain with users, or with recipients that were entered, is known to the last address; one
-- without either takes every address.

create view unified.postfix_relay_recipient_maps as
select
  u.email as address,
  'OK' as action
from unified.users as u
join unified.postfix_relay_domains as d on d.domain = u.domain
where u.is_active
  and not u.is_locked

union all
select
  e.key,
  e.value
from unified.map_entries as e
where e.map = 'relay_recipient_maps'
  and not exists (
    select
    from unified.users as u
    where u.email = e.key
  )

union all
select
  d.catch_all,
  'OK'
from unified.mail_domains as d
where d.is_active
  and d.domain_type in ('relay', 'backup')
  and not exists (
    select
    from unified.users as u
    where u.domain = d.domain
  )
  and not exists (
    select
    from unified.map_entries as e
    where e.map = 'relay_recipient_maps'
      and '@' || substring(e.key from '[^@]+$') = d.catch_all
  );

comment on view unified.postfix_relay_recipient_maps is 'Postfix relay_recipient_maps: an address, or @domain.';

select unified.grant_select('postfix_relay_recipient_maps', 'dovetail_lookup');
