-- where does mail for this address go? one row a destination
-- needs: mail_user_states, mail_alias_states
--
-- query = SELECT destination FROM unified.postfix_virtual_alias_maps WHERE address = '%s'
--
-- Postfix asks for the address, then for @domain, and only after that for the mailbox. So
-- that a catch-all or an alias domain swallows no mailbox, and nothing that is refused falls
-- to it, each such address leads to itself where its domain has one.

create view unified.postfix_virtual_alias_maps as
-- aliases; not where a mailbox of that address is shut, and not the catch-all of an alias domain
select
  a.alias_email as address,
  a.destination_email as destination
from unified.mail_alias_states as a
where a.is_usable
  and not exists (
    select
    from unified.mail_user_states as m
    where m.email = a.alias_email
      and not m.is_usable
      and not m.is_relayed
  )
  and not (
    a.is_catch_all
    and exists (
      select
      from unified.mail_domains as d
      where d.domain = a.alias_domain
        and d.domain_type = 'alias'
    )
  )

union all
-- alias domains: the same local part in the target
select
  d.catch_all,
  '@' || d.target_domain
from unified.mail_domains as d
join unified.mail_domains as t on t.domain = d.target_domain
where d.is_active
  and t.is_active

union all
-- mailboxes, open or shut, of a domain that catches all
select
  m.email,
  m.email
from unified.mail_user_states as m
where (
    exists (
      select
      from unified.mail_alias_states as c
      where c.alias_email = '@' || m.domain
        and c.is_usable
    )
    or exists (
      select
      from unified.mail_domains as d
      where d.domain = m.domain
        and d.domain_type = 'alias'
    )
  )
  and (
    not (m.is_usable or m.is_relayed)
    or not exists (
      select
      from unified.mail_alias_states as a
      where a.alias_email = m.email
        and a.is_usable
    )
  )

union all
-- aliases that do not work, and lead nowhere else, in a domain that catches all
select
  dead.alias_email,
  dead.alias_email
from (
  select distinct
    alias_email,
    alias_domain
  from unified.email_aliases
  where not is_catch_all
) as dead
where (
    exists (
      select
      from unified.mail_alias_states as c
      where c.alias_email = '@' || dead.alias_domain
        and c.is_usable
    )
    or exists (
      select
      from unified.mail_domains as d
      where d.domain = dead.alias_domain
        and d.domain_type = 'alias'
    )
  )
  and not exists (
    select
    from unified.mail_alias_states as a
    where a.alias_email = dead.alias_email
      and a.is_usable
  )
  and not exists (
    select
    from unified.users as u
    where u.email = dead.alias_email
  );

comment on view unified.postfix_virtual_alias_maps is 'Postfix virtual_alias_maps: one row a destination.';

select unified.grant_select('postfix_virtual_alias_maps', 'dovetail_lookup');
