-- is this a domain with mailboxes or aliases here?
-- needs: lookup_domains
--
-- query = SELECT domain FROM unified.postfix_virtual_mailbox_domains WHERE domain = '%s'

create view unified.postfix_virtual_mailbox_domains as
select domain
from unified.lookup_domains
where is_usable
  and domain_type in ('virtual', 'alias');

comment on view unified.postfix_virtual_mailbox_domains is
  'Postfix virtual_mailbox_domains, alias domains included.';

select unified.grant_select('postfix_virtual_mailbox_domains', 'dovetail_lookup');
