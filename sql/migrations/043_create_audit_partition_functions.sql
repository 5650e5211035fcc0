-- 043_create_audit_partition_functions
-- purpose:  the months of audit_log come and go
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing; months that have a partition keep it

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

create function unified.create_audit_partitions(months_ahead integer default 2) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  made integer := 0;
begin
  -- Two nodes at once: the second waits here and finds the work done.
  perform pg_advisory_xact_lock(hashtext('unified.create_audit_partitions'));
  for ahead in 0..months_ahead loop
    if unified.create_audit_partition(((now() at time zone 'UTC') + make_interval(months => ahead))::date) then
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;

comment on function unified.create_audit_partitions(integer) is
  'Makes the partitions of this month and so many more; how many were missing.';

create function unified.drop_audit_partitions(keep_months integer) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  oldest_kept timestamptz :=
    date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - make_interval(months => keep_months);
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
