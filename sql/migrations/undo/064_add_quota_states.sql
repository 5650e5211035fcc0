-- undoes 064_add_quota_states
drop trigger user_quotas_record_update on unified.user_quotas;

create trigger user_quotas_record_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage}'
);

alter table unified.user_quotas disable trigger user;
update unified.user_quotas
set warning_percent = 90
where warning_percent is null;
alter table unified.user_quotas enable trigger user;

alter table unified.user_quotas
  drop constraint user_quotas_told_percent_range,
  drop column full_since,
  drop column told_percent,
  alter column warning_percent set default 90,
  alter column warning_percent set not null;

comment on column unified.user_quotas.warning_percent is 'From this share of the limit on the user is warned.';
