-- 013_create_audit_log_indexes
-- purpose:  the audit trail of a user, an address, an action, a resource, an hour
-- locks:    share on unified.audit_log while building
-- breaking: no
-- loses:    nothing

create index idx_audit_log_user_id_created_at
on unified.audit_log (user_id, created_at);

create index idx_audit_log_ip_address_created_at
on unified.audit_log (ip_address, created_at);

create index idx_audit_log_action_created_at
on unified.audit_log (action, created_at);

create index idx_audit_log_resource_resource_id
on unified.audit_log (resource, resource_id)
where resource_id is not null;

-- The hour of audit_summary, word for word.
create index idx_audit_log_created_at
on unified.audit_log ((date_trunc('hour', created_at at time zone 'UTC') at time zone 'UTC'));

create index idx_audit_log_additional_data
on unified.audit_log using gin (additional_data jsonb_path_ops);
