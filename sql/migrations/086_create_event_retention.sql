-- 086_create_event_retention
-- purpose:  what happened long ago leaves the outbox, some rows at a time
-- locks:    none (new function)
-- breaking: no
-- loses:    nothing; until it is done again, mailbox_events grows

-- By age and not by partitions: ids stay unique, and consumers go on updating one table. Whoever holds a row
-- keeps it until the next time.
create function unified.purge_mailbox_events(keep interval, most integer) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  purged integer;
begin
  -- Sessions are ended by events of the last hour, and what is told once an hour is looked for there.
  if keep < interval '1 day' then
    raise exception 'keep at least one day of mailbox_events' using errcode = 'invalid_parameter_value';
  end if;
  -- Another node does it just now.
  if not pg_try_advisory_xact_lock(hashtext('unified.purge_mailbox_events')) then
    return 0;
  end if;
  delete from unified.mailbox_events
  where id = any (array(
    select id
    from unified.mailbox_events
    where created_at < now() - keep
    order by created_at
    limit most
    for update skip locked
  ));
  get diagnostics purged = row_count;
  return purged;
end
$$;

comment on function unified.purge_mailbox_events(interval, integer) is
  'Removes events that are older, whether or not anybody has acted on them, at most so many; how many.';

revoke execute on function unified.purge_mailbox_events(interval, integer) from public;
select unified.grant_to('dovetail_daemon', 'execute on function unified.purge_mailbox_events(interval, integer)');
select unified.grant_to('dovetail_admin', 'execute on function unified.purge_mailbox_events(interval, integer)');
