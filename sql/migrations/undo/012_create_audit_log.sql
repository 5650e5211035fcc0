-- undoes 012_create_audit_log
drop table unified.audit_log;
