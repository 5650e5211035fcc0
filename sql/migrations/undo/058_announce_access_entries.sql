-- undoes 058_announce_access_entries
drop trigger users_forget_access on unified.users;
drop trigger access_entries_forget_truncate on unified.access_entries;
drop trigger access_entries_forget_delete on unified.access_entries;
drop trigger access_entries_forget_update on unified.access_entries;
drop trigger access_entries_forget_insert on unified.access_entries;
drop function unified.forget_access_of_user();
drop function unified.forget_access();
drop function unified.access_key(text, text);
do $$
begin
  if exists (select from pg_roles where rolname = 'dovetail_admin') then
    revoke all on unified.access_entries from dovetail_admin;
  end if;
end
$$;
