-- 032_create_triggers
-- purpose:  what the database does by itself when a row changes
-- locks:    share row exclusive on the tables, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, changes leave no events and timestamps stand still

-- Timestamps ---------------------------------------------------------------------------

create trigger users_touch
before update on unified.users
for each row execute function unified.touch_updated_at();

create trigger user_passwords_touch
before update on unified.user_passwords
for each row execute function unified.touch_updated_at();

create trigger user_roles_touch
before update on unified.user_roles
for each row execute function unified.touch_updated_at();

create trigger user_quotas_touch
before update on unified.user_quotas
for each row execute function unified.touch_updated_at();

create trigger email_aliases_touch
before update on unified.email_aliases
for each row execute function unified.touch_updated_at();

create trigger certificates_touch
before update on unified.certificates
for each row execute function unified.touch_updated_at();

create trigger certificate_files_touch
before update on unified.certificate_files
for each row execute function unified.touch_updated_at();

create trigger service_certificates_touch
before update on unified.service_certificates
for each row execute function unified.touch_updated_at();

create trigger dns_zones_touch
before update on unified.dns_zones
for each row execute function unified.touch_updated_at();

create trigger dns_records_touch
before update on unified.dns_records
for each row execute function unified.touch_updated_at();

-- What is filled in -------------------------------------------------------------------

create trigger users_fill
before insert or update of email, username on unified.users
for each row execute function unified.fill_user();

create trigger email_aliases_fill
before insert or update of alias_email, is_catch_all on unified.email_aliases
for each row execute function unified.fill_alias();

create trigger user_roles_fill
before insert or update of granted_by on unified.user_roles
for each row when (new.granted_by is not null) execute function unified.fill_role();

-- What is refused ---------------------------------------------------------------------

create constraint trigger email_aliases_refuse_lonely
after insert or update of alias_email, destination_email on unified.email_aliases
deferrable initially deferred
for each row when (new.alias_email = new.destination_email) execute function unified.refuse_lonely_alias();

-- Events ------------------------------------------------------------------------------

create trigger users_record_insert
after insert on unified.users
referencing new table as new_rows
for each statement execute function unified.record_user_events();

create trigger users_record_update
after update on unified.users
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_user_events();

create trigger users_record_delete
after delete on unified.users
referencing old table as old_rows
for each statement execute function unified.record_user_events();

create trigger user_passwords_record_insert
after insert on unified.user_passwords
referencing new table as new_rows
for each statement execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at}'
);

create trigger user_passwords_record_update
after update on unified.user_passwords
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at}'
);

create trigger user_passwords_record_delete
after delete on unified.user_passwords
referencing old table as old_rows
for each statement execute function unified.record_account_events(
  'password_changed', '{service,label}', '{updated_at,last_used_at}'
);

create trigger user_roles_record_insert
after insert on unified.user_roles
referencing new table as new_rows
for each statement execute function unified.record_account_events(
  'role_changed', '{role_name,service,expires_at,is_active}', '{updated_at}'
);

create trigger user_roles_record_update
after update on unified.user_roles
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'role_changed', '{role_name,service,expires_at,is_active}', '{updated_at}'
);

create trigger user_roles_record_delete
after delete on unified.user_roles
referencing old table as old_rows
for each statement execute function unified.record_account_events(
  'role_changed', '{role_name,service,expires_at,is_active}', '{updated_at}'
);

create trigger user_quotas_record_insert
after insert on unified.user_quotas
referencing new table as new_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage}'
);

create trigger user_quotas_record_update
after update on unified.user_quotas
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage}'
);

create trigger user_quotas_record_delete
after delete on unified.user_quotas
referencing old table as old_rows
for each statement execute function unified.record_account_events(
  'quota_changed', '{service,quota_type,quota_value,quota_unit}', '{updated_at,current_usage}'
);

create trigger email_aliases_record_insert
after insert on unified.email_aliases
referencing new table as new_rows
for each statement execute function unified.record_account_events(
  'alias_changed', '{alias_email,destination_email,is_active}', '{updated_at,description}'
);

create trigger email_aliases_record_update
after update on unified.email_aliases
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'alias_changed', '{alias_email,destination_email,is_active}', '{updated_at,description}'
);

create trigger email_aliases_record_delete
after delete on unified.email_aliases
referencing old table as old_rows
for each statement execute function unified.record_account_events(
  'alias_changed', '{alias_email,destination_email,is_active}', '{updated_at,description}'
);

create trigger certificates_record_insert
after insert on unified.certificates
referencing new table as new_rows
for each statement execute function unified.record_certificate_notifications();

create trigger certificates_record_update
after update on unified.certificates
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_certificate_notifications();

create trigger certificates_record_delete
after delete on unified.certificates
referencing old table as old_rows
for each statement execute function unified.record_certificate_notifications();

create trigger mailbox_events_announce
after insert on unified.mailbox_events
referencing new table as new_rows
for each statement execute function unified.announce_events();

create trigger certificate_notifications_announce
after insert on unified.certificate_notifications
referencing new table as new_rows
for each statement execute function unified.announce_events();

-- Zone serials ------------------------------------------------------------------------

create trigger dns_zones_grow
before update on unified.dns_zones
for each row execute function unified.grow_own_serial();

create trigger dns_records_settle_insert
after insert on unified.dns_records
referencing new table as new_rows
for each statement execute function unified.settle_new_records();

create trigger dns_records_settle_update
after update on unified.dns_records
referencing old table as old_rows new table as new_rows
for each statement execute function unified.settle_changed_records();

create trigger dns_records_settle_delete
after delete on unified.dns_records
referencing old table as old_rows
for each statement execute function unified.settle_removed_records();
