-- undoes 083_let_admins_correct_usage
do $$
begin
  if exists (select from pg_roles where rolname = 'dovetail_admin') then
    revoke execute on function
      unified.correct_usage(text[], bigint[], bigint[], smallint[], double precision) from dovetail_admin;
  end if;
end
$$;
