-- is this a domain whose mail we pass on?
--
-- query = SELECT domain FROM unified.postfix_relay_domains WHERE domain = '%s'

create view unified.postfix_relay_domains as
select domain
from unified.mail_domains
where is_active
  and domain_type in ('relay', 'backup');

comment on view unified.postfix_relay_domains is 'Postfix relay_domains.';

select unified.grant_select('postfix_relay_domains', 'dovetail_lookup');
