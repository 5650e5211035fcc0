-- 058_announce_access_entries
-- purpose:  every daemon hears which entries of block and allow lists changed
-- locks:    share row exclusive on access_entries and users, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, daemons go by the entries that they remember

-- A network may hold any client that a daemon remembers, so of networks one key tells: forget all clients.

create function unified.access_key(side text, lookup_key text) returns text
language sql immutable strict parallel safe
begin atomic
  select case when side = 'client' then 'client networks' else lookup_key end;
end;

revoke execute on function unified.access_key(text, text) from public;
comment on function unified.access_key(text, text) is 'What is announced when an entry changes.';

create function unified.forget_access() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(
      select distinct unified.access_key(side, lookup_key) from new_rows limit 501
    ));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(
      select distinct unified.access_key(side, lookup_key) from old_rows limit 501
    ));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[unified.access_key(o.side, o.lookup_key), unified.access_key(n.side, n.lookup_key)])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.domain, o.lookup_key, o.verdict, o.expires_at)
        is distinct from (n.user_id, n.domain, n.lookup_key, n.verdict, n.expires_at)
      limit 501
    ));
  end if;
  return null;
end
$$;

comment on function unified.forget_access() is 'Trigger on access_entries.';

create trigger access_entries_forget_insert
after insert on unified.access_entries
referencing new table as new_rows
for each statement execute function unified.forget_access();

create trigger access_entries_forget_update
after update on unified.access_entries
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_access();

create trigger access_entries_forget_delete
after delete on unified.access_entries
referencing old table as old_rows
for each statement execute function unified.forget_access();

create trigger access_entries_forget_truncate
after truncate on unified.access_entries
for each statement execute function unified.forget_everything();

-- A daemon knows the owner by his login name.
create function unified.forget_access_of_user() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.announce_changes(array(
    select distinct unified.access_key(side, lookup_key) from unified.access_entries where user_id = new.id limit 501
  ));
  return null;
end
$$;

comment on function unified.forget_access_of_user() is 'Trigger on users: the owner of entries has another login name.';

create trigger users_forget_access
after update of username on unified.users
for each row
when (old.username is distinct from new.username)
execute function unified.forget_access_of_user();

select unified.grant_to('dovetail_admin', 'select, insert, update, delete on unified.access_entries');
