-- where does mail for this address go? one row a destination
-- needs: lookup_domains, mail_user_states, mail_alias_states
--
-- query = SELECT destination FROM unified.postfix_virtual_alias_maps WHERE address = '%s'
--
-- Postfix asks for the address, then for @domain, and only after that for the mailbox. So
-- that a catch-all or an alias domain swallows no mailbox, and nothing that is refused falls
-- to it, each such address leads to itself where its domain has one.
--
-- One table a part, and a function about its row: Postfix's queries are planned each time, and
-- this is planned in a tenth of a millisecond (migration 045).

create view unified.postfix_virtual_alias_maps as
-- aliases; not where a mailbox of that address is shut, and not the catch-all of an alias domain
select
  alias_email as address,
  destination_email as destination
from unified.email_aliases
where unified.alias_leads_on(id)

union all
-- alias domains: the same local part in the target
select
  catch_all,
  '@' || target_domain
from unified.mail_domains
where target_domain is not null
  and unified.domain_works(domain)

union all
-- mailboxes, open or shut, of a domain that catches all
select
  email,
  email
from unified.users
where unified.mailbox_leads_to_itself(email, domain)

union all
-- aliases that do not work, and lead nowhere else, in a domain that catches all
select
  alias_email,
  alias_email
from unified.email_aliases
where unified.dead_alias_leads_to_itself(id, alias_email, alias_domain);

comment on view unified.postfix_virtual_alias_maps is 'Postfix virtual_alias_maps: one row a destination.';

select unified.grant_select('postfix_virtual_alias_maps', 'dovetail_lookup');
