-- undoes 042_create_daemon_functions
drop function unified.record_audit(jsonb);
drop function unified.record_event(text, text, jsonb);
drop function unified.record_usage(text[], text[], bigint[]);
drop function unified.record_failed_logins(bigint[], timestamptz[]);
drop function unified.record_logins(bigint[], timestamptz[]);
