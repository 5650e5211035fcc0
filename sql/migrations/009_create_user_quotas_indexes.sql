-- 009_create_user_quotas_indexes
-- purpose:  who is over a limit
-- locks:    share on unified.user_quotas while building
-- breaking: no
-- loses:    nothing

-- A user's quotas are found through user_quotas_user_id_service_quota_type_unique.

create index idx_user_quotas_quota_type
on unified.user_quotas (quota_type)
where current_usage >= quota_value;
