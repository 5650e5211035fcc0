-- 063_announce_rate_limits
-- purpose:  a changed limit counts at once: daemons forget the user's, or all where it is not one user's
-- locks:    share row exclusive on rate_limits, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, daemons go on with the limits that they remember

create function unified.forget_rate_limits() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    );
  end if;
  -- Who is nobody's alone is everybody's of a domain, or of all.
  if array_position(ids, null) is not null then
    perform unified.announce_everything();
    return null;
  end if;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$$;

revoke execute on function unified.forget_rate_limits() from public;
comment on function unified.forget_rate_limits() is 'Trigger on rate_limits.';

create trigger rate_limits_forget_insert
after insert on unified.rate_limits
referencing new table as new_rows
for each statement execute function unified.forget_rate_limits();

create trigger rate_limits_forget_update
after update on unified.rate_limits
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_rate_limits();

create trigger rate_limits_forget_delete
after delete on unified.rate_limits
referencing old table as old_rows
for each statement execute function unified.forget_rate_limits();

create trigger rate_limits_forget_truncate
after truncate on unified.rate_limits
for each statement execute function unified.forget_everything();
