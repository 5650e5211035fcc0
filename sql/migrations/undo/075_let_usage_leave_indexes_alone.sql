-- undoes 075_let_usage_leave_indexes_alone
alter table unified.user_quotas reset (fillfactor);

create index idx_user_quotas_quota_type
on unified.user_quotas (quota_type)
where current_usage >= quota_value;
