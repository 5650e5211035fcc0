-- 064_add_quota_states
-- purpose:  what was said of a quota already, and since when it is used up
-- locks:    access exclusive on unified.user_quotas, for a moment, and once over its rows
-- breaking: no
-- loses:    nothing; where nobody asked for a percentage of his own, 90 is back

alter table unified.user_quotas
  alter column warning_percent drop default,
  -- No daemon before this one reads it.
  -- squawk-ignore ban-drop-not-null
  alter column warning_percent drop not null,
  add column told_percent smallint not null default 0,
  add column full_since timestamptz,
  add constraint user_quotas_told_percent_range check (told_percent between 0 and 100);

-- Until now this was what everybody had who asked for nothing. Nobody's quota changes by it, so
-- no event tells of it.
alter table unified.user_quotas disable trigger user;
update unified.user_quotas
set warning_percent = null
where warning_percent = 90;
alter table unified.user_quotas enable trigger user;

drop trigger user_quotas_record_update on unified.user_quotas;

create trigger user_quotas_record_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage,told_percent,full_since}'
);

comment on column unified.user_quotas.warning_percent is
  'From this share of the limit on the user is warned; null: as the daemon is set (DOVETAIL_QUOTA_WARNINGS).';
comment on column unified.user_quotas.told_percent is
  'The share that the last event told of: 0 none, 100 that it is used up.';
comment on column unified.user_quotas.full_since is 'Since when it is used up; null while it is not.';
