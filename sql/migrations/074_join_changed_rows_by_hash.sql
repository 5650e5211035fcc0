-- 074_join_changed_rows_by_hash
-- purpose:  many rows that change at once cost in proportion to their number, not to its square
-- locks:    access exclusive on unified.user_quotas, for a moment
-- breaking: no
-- loses:    nothing

-- A trigger plans its join of old and new rows when it first runs, for as few as there are then, and
-- keeps the plan: ten thousand rows went through a nested loop, which took 40 s. Nothing but the changed rows
-- is joined in these two; what is called from there is not bound by it.
alter function unified.record_account_events() set enable_nestloop = off;
alter function unified.write_account_events(text, text, jsonb[], text[]) set enable_nestloop = on;
alter function unified.forget_quotas() set enable_nestloop = off;

drop trigger user_quotas_forget_full on unified.user_quotas;
drop function unified.forget_full_mailboxes();

create function unified.forget_full_mailboxes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
declare
  ids bigint[];
begin
  ids := array(
    select distinct n.user_id
    from old_rows as o
    join new_rows as n using (id)
    where (o.full_since is null) <> (n.full_since is null)
    limit 501
  );
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$$;

comment on function unified.forget_full_mailboxes() is
  'Trigger on user_quotas. Usage, written again and again, is no change, but that it is used up is one.';

revoke execute on function unified.forget_full_mailboxes() from public;

create trigger user_quotas_forget_full
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_full_mailboxes();
