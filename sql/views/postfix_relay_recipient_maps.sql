-- is this a recipient whose mail we pass on?
-- needs: postfix_relay_domains
--
-- query = SELECT action FROM unified.postfix_relay_recipient_maps WHERE address = '%s'
--
-- A relay domain with users is known to the last address; one without takes every address.

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
  d.catch_all,
  'OK'
from unified.mail_domains as d
where d.is_active
  and d.domain_type in ('relay', 'backup')
  and not exists (
    select
    from unified.users as u
    where u.domain = d.domain
  );

comment on view unified.postfix_relay_recipient_maps is 'Postfix relay_recipient_maps: an address, or @domain.';

select unified.grant_select('postfix_relay_recipient_maps', 'dovetail_lookup');
