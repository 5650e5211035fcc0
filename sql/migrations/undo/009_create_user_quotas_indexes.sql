-- undoes 009_create_user_quotas_indexes
drop index unified.idx_user_quotas_quota_type;
