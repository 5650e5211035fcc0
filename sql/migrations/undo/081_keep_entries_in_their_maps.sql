-- undoes 081_keep_entries_in_their_maps
do $$
begin
  if exists (select from pg_roles where rolname = 'dovetail_admin') then
    revoke update (key, value, description) on unified.map_entries from dovetail_admin;
  end if;
end
$$;

select unified.grant_to('dovetail_admin', 'update on unified.map_entries');
