-- which way does mail for this domain go?
--
-- query = SELECT transport FROM unified.postfix_transport_maps WHERE domain = '%s'

create view unified.postfix_transport_maps as
select
  domain,
  transport
from unified.mail_domains
where is_active
  and domain_type in ('relay', 'backup')
  and transport is not null;

comment on view unified.postfix_transport_maps is 'Postfix transport_maps: relay domains and backed-up ones.';

select unified.grant_select('postfix_transport_maps', 'dovetail_lookup');
