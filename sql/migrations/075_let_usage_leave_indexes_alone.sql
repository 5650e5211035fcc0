-- 075_let_usage_leave_indexes_alone
-- purpose:  a report of usage writes the row and no index, where the page has room for it
-- locks:    access exclusive on unified.user_quotas, for a moment
-- breaking: no
-- loses:    nothing; nobody asks by this index

-- Its condition names what changes with each report, so that each wrote all indexes anew.
drop index unified.idx_user_quotas_quota_type;

alter table unified.user_quotas set (fillfactor = 80);
