-- undoes 077_compare_quotas_by_column
drop trigger user_quotas_record_update on unified.user_quotas;

create trigger user_quotas_record_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}',
  '{updated_at,current_usage,told_percent,full_since,reported_at}'
);

drop function unified.record_quota_changes();
