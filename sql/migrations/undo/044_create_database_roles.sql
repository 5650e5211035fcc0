-- undoes 044_create_database_roles
grant execute on all functions in schema unified to public;

-- Only what was granted in this database goes; a role that others use stays.
do $$
declare
  made text;
begin
  foreach made in array array['dovetail_admin', 'dovetail_daemon', 'dovetail_lookup'] loop
    if exists (select from pg_roles where rolname = made) then
      execute format('revoke all on all tables in schema unified from %I', made);
      execute format('revoke all on all functions in schema unified from %I', made);
      execute format('revoke all on schema unified from %I', made);
      -- What the runner gave: its ledger may be read.
      if to_regnamespace('dovetail') is not null then
        execute format('revoke all on all tables in schema dovetail from %I', made);
        execute format('revoke all on schema dovetail from %I', made);
      end if;
      begin
        execute format('drop role %I', made);
      exception
        -- internal_error: a database that another session is just dropping is looked at for what the role owns.
        when insufficient_privilege or dependent_objects_still_exist or undefined_object or internal_error then
          raise notice 'role % stays: %', made, sqlerrm;
      end;
    end if;
  end loop;
end
$$;

drop function unified.grant_select(text, text);
drop function unified.grant_to(text, text);
