-- 077_compare_quotas_by_column
-- purpose:  a report of usage is known to be no change of a quota without a look at the whole row
-- locks:    access exclusive on unified.user_quotas, for a moment
-- breaking: no
-- loses:    nothing

-- Thousands of reports a second pass here: to make JSON of each row, old and new, was a fifth of their cost.
create function unified.record_quota_changes() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_nestloop = off
as $$
begin
  perform unified.write_account_events(
    'quota_changed',
    'changed',
    array(
      select to_jsonb(n)
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.service, o.quota_type, o.quota_value, o.quota_unit, o.follows_domain, o.warning_percent)
        is distinct from
            (n.user_id, n.service, n.quota_type, n.quota_value, n.quota_unit, n.follows_domain, n.warning_percent)
    ),
    '{service,quota_type,quota_value,quota_unit}'
  );
  return null;
end
$$;

comment on function unified.record_quota_changes() is
  'Trigger on user_quotas. An event of each quota that somebody changed; usage and what was told of it are no change.';

revoke execute on function unified.record_quota_changes() from public;

drop trigger user_quotas_record_update on unified.user_quotas;

create trigger user_quotas_record_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_quota_changes();
