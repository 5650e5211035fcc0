-- 045_create_lookup_functions
-- purpose:  what the views of Postfix and Dovecot have to prove of a row, planned once a connection
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing; the views that are made with these functions go first

-- Postfix and Dovecot send each question as plain text, so PostgreSQL plans the whole view each
-- time. A view that asks a function about the few rows it finds is planned in a tenth of a
-- millisecond, and the function's own plan lasts as long as the connection. Each is asked about
-- one row and builds on mail_user_states and mail_alias_states, so what "may use mail" means
-- is said there and nowhere else.
--
-- They run as the schema's owner, as the tables of a view are read with its owner's rights, and
-- tell no more than the views do. A plan for whatever comes (force_generic_plan) is as good as
-- one for this key: every question has one row as its answer.

create function unified.may_use_mail(user_id bigint) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select m.is_usable
    from unified.mail_user_states as m
    where m.user_id = may_use_mail.user_id
  );
end
$$;

comment on function unified.may_use_mail(bigint) is 'As mail_user_states says; null: there is no such user.';

create function unified.domain_works(domain text) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select d.is_usable
    from unified.lookup_domains as d
    where d.domain = domain_works.domain
  );
end
$$;

comment on function unified.domain_works(text) is 'As lookup_domains says; null: there is no such domain.';

create function unified.alias_leads_on(alias_id bigint) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  alias record;
begin
  select a.alias_email, a.alias_domain, a.is_catch_all
  into alias
  from unified.mail_alias_states as a
  where a.id = alias_id
    and a.is_usable;
  if not found then
    return false;
  end if;
  if alias.is_catch_all then
    -- Mail for an alias domain goes to its target's addresses, and to that one's catch-all.
    return not exists (
      select
      from unified.mail_domains as d
      where d.domain = alias.alias_domain
        and d.domain_type = 'alias'
    );
  end if;
  return not unified.is_shut_mailbox(alias.alias_email);
end
$$;

comment on function unified.alias_leads_on(bigint) is
  'Does mail for this row of email_aliases go to its destination? Not where a mailbox of that address is shut.';

create function unified.is_shut_mailbox(address text) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return exists (
    select
    from unified.mail_user_states as m
    where m.email = address
      and not m.is_usable
      and not m.is_relayed
  );
end
$$;

comment on function unified.is_shut_mailbox(text) is 'Is there a user of that address who gets no mail?';

create function unified.domain_catches_all(domain text) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return exists (
    select
    from unified.mail_alias_states as c
    where c.alias_email = '@' || domain_catches_all.domain
      and c.is_usable
  ) or exists (
    select
    from unified.mail_domains as d
    where d.domain = domain_catches_all.domain
      and d.domain_type = 'alias'
  );
end
$$;

comment on function unified.domain_catches_all(text) is
  'Would Postfix find @domain, and so take mail away from the mailboxes of that domain?';

create function unified.has_working_alias(address text) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return exists (
    select
    from unified.mail_alias_states as a
    where a.alias_email = address
      and a.is_usable
  );
end
$$;

comment on function unified.has_working_alias(text) is 'Is there a row of email_aliases for that address that works?';

create function unified.mailbox_leads_to_itself(address text, domain text) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  -- The first is false nearly always, and the rest is then not even planned.
  if not unified.domain_catches_all(mailbox_leads_to_itself.domain) then
    return false;
  end if;
  return unified.is_shut_mailbox(address) or not unified.has_working_alias(address);
end
$$;

comment on function unified.mailbox_leads_to_itself(text, text) is
  'Must Postfix find this mailbox as its own alias, because it would find the domain''s catch-all else?';

create function unified.dead_alias_leads_to_itself(alias_id bigint, address text, domain text) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  if address like '@%' or not unified.domain_catches_all(dead_alias_leads_to_itself.domain) then
    return false;
  end if;
  return not unified.has_working_alias(address)
    and not exists (
      select
      from unified.users as u
      where u.email = address
    )
    -- Of several rows of the alias one says it.
    and not exists (
      select
      from unified.email_aliases as a
      where a.alias_email = address
        and a.id < alias_id
    );
end
$$;

comment on function unified.dead_alias_leads_to_itself(bigint, text, text) is
  'The same of an alias that does not work and is no mailbox: its mail is refused, and nobody else gets it.';

create function unified.sender_logins_of_alias(alias_id bigint) returns setof text
language plpgsql stable strict parallel safe security definer
rows 1
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
  select m.username
  from unified.mail_alias_states as a
  join unified.mail_user_states as m on m.user_id = a.user_id
  where a.id = alias_id
    and a.is_usable
    and m.is_usable
  union all
  select m.username
  from unified.mail_alias_states as a
  join unified.mail_user_states as m on m.email = a.destination_email
  where a.id = alias_id
    and a.is_usable
    and a.may_send_as
    and not a.is_catch_all
    and m.is_usable;
end
$$;

comment on function unified.sender_logins_of_alias(bigint) is
  'Who may send as this row of email_aliases: its owner, and the mailbox that it leads to. One may come twice.';

-- What views call runs with the rights of whoever reads the view.
revoke execute on function
  unified.may_use_mail(bigint),
  unified.domain_works(text),
  unified.alias_leads_on(bigint),
  unified.is_shut_mailbox(text),
  unified.domain_catches_all(text),
  unified.has_working_alias(text),
  unified.mailbox_leads_to_itself(text, text),
  unified.dead_alias_leads_to_itself(bigint, text, text),
  unified.sender_logins_of_alias(bigint)
from public;

do $$
declare
  looked_up text;
begin
  foreach looked_up in array array['dovetail_lookup', 'dovetail_daemon', 'dovetail_admin'] loop
    perform unified.grant_to(looked_up, 'execute on function '
      'unified.may_use_mail(bigint), unified.domain_works(text), '
      'unified.alias_leads_on(bigint), unified.mailbox_leads_to_itself(text, text), '
      'unified.dead_alias_leads_to_itself(bigint, text, text), unified.sender_logins_of_alias(bigint)');
  end loop;
end
$$;
