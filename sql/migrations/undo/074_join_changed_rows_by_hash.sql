-- undoes 074_join_changed_rows_by_hash
drop trigger user_quotas_forget_full on unified.user_quotas;
drop function unified.forget_full_mailboxes();

create function unified.forget_full_mailboxes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.announce_changes(array(
    select unnest(array[u.email, u.username])
    from old_rows as o
    join new_rows as n using (id)
    join unified.users as u on u.id = n.user_id
    where (o.full_since is null) <> (n.full_since is null)
    limit 501
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

alter function unified.forget_quotas() reset enable_nestloop;
alter function unified.write_account_events(text, text, jsonb[], text[]) reset enable_nestloop;
alter function unified.record_account_events() reset enable_nestloop;
