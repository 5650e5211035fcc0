-- 046_keep_audit_months_in_utc
-- purpose:  retention counts its months in UTC, whatever the session's time zone is
-- locks:    none (functions)
-- breaking: no
-- loses:    nothing; west of Greenwich, in summer, retention takes a month too many again

-- Months taken from a timestamptz are those of the session's zone: midnight of 1 November in UTC is
-- 31 October in New York, eight months before that is 28 February, and March was gone.

create function unified.audit_kept_since(keep_months integer) returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
return (date_trunc('month', now() at time zone 'UTC') - make_interval(months => keep_months)) at time zone 'UTC';

comment on function unified.audit_kept_since(integer) is 'The first moment of the oldest of so many whole months (UTC).';

drop function unified.drop_audit_partitions(integer);

create function unified.drop_audit_partitions(keep_months integer) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  oldest_kept timestamptz := unified.audit_kept_since(keep_months);
  partition text;
  dropped integer := 0;
begin
  if keep_months < 1 then
    raise exception 'keep at least one month of the audit trail' using errcode = 'invalid_parameter_value';
  end if;
  for partition in
    select child.relname
    from pg_inherits
    join pg_class as child on child.oid = inhrelid
    where inhparent = 'unified.audit_log'::regclass
      and child.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
      and to_date(right(child.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < oldest_kept
    order by child.relname
  loop
    execute format('drop table unified.%I', partition);
    dropped := dropped + 1;
  end loop;
  delete from unified.audit_log_default where created_at < oldest_kept;
  return dropped;
end
$$;

comment on function unified.drop_audit_partitions(integer) is
  'Removes every entry older than so many whole months; how many partitions went.';

revoke execute on function unified.audit_kept_since(integer), unified.drop_audit_partitions(integer) from public;
