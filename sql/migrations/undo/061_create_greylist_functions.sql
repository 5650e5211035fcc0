-- undoes 061_create_greylist_functions
drop function unified.purge_greylist(bigint);
drop function unified.record_greylist(jsonb);
do $$
begin
  if exists (select from pg_roles where rolname = 'dovetail_admin') then
    revoke all on unified.greylist_entries from dovetail_admin;
    revoke execute on function unified.announce_changes(text[]) from dovetail_admin;
  end if;
end
$$;
