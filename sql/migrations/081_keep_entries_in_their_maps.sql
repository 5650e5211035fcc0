-- 081_keep_entries_in_their_maps
-- purpose:  who changes entries cannot move a password into a map that he may read
-- locks:    none
-- breaking: no
-- loses:    nothing

do $$
begin
  if exists (select from pg_roles where rolname = 'dovetail_admin') then
    revoke update on unified.map_entries from dovetail_admin;
  end if;
end
$$;

select unified.grant_to('dovetail_admin', 'update (key, value, description) on unified.map_entries');
