-- undoes 084_attach_audit_months_alone
drop function unified.create_audit_partition(date);

create function unified.create_audit_partition(month date) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  first_day timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  next_month timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
  partition text := 'audit_log_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('unified.' || partition) is not null then
    return false;
  end if;
  execute format('create table unified.%I (like unified.audit_log including defaults including constraints)', partition);
  -- What came before its partition did moves there; no entry is lost, and none comes twice.
  execute format(
    'with moved as (
       delete from unified.audit_log_default
       where created_at >= %L
         and created_at < %L
       returning *
     )
     insert into unified.%I
     select *
     from moved',
    first_day, next_month, partition
  );
  execute format(
    'alter table unified.audit_log attach partition unified.%I for values from (%L) to (%L)',
    partition, first_day, next_month
  );
  execute format('comment on table unified.%I is %L', partition, 'Entries of ' || to_char(month, 'YYYY-MM') || ', UTC.');
  return true;
end
$$;

comment on function unified.create_audit_partition(date) is
  'Makes the partition of that month (UTC); false where it is there.';

revoke execute on function unified.create_audit_partition(date) from public;
