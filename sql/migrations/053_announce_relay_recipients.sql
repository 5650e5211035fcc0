-- 053_announce_relay_recipients
-- purpose:  the first and last user of a relay domain change whether it takes every address
-- locks:    none
-- breaking: no
-- loses:    nothing; until it is done again, daemons hear of that change ten minutes later

drop function unified.announce_users(bigint[], text[]);

create function unified.announce_users(user_ids bigint[], names text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if cardinality(names) > 500 then
    perform unified.announce_everything();
    return;
  end if;
  perform unified.announce_changes(array(
    select key
    from (
      select unnest(names) as key
      union
      select alias_email from unified.email_aliases where destination_email = any(names)
      union
      select alias_email from unified.email_aliases where user_id = any(user_ids)
      union
      select sender from unified.sender_grants where user_id = any(user_ids)
      union
      select d.catch_all
      from unified.mail_domains as d
      where d.domain = any(array(select substring(name from '[^@]+$') from unnest(names) as name))
        and d.domain_type in ('relay', 'backup')
    ) as touched
    limit 501
  ));
end
$$;

comment on function unified.announce_users(bigint[], text[]) is 'Every daemon forgets these users and what depends on them.';

revoke execute on function unified.announce_users(bigint[], text[]) from public;
