-- 076_join_changed_users_by_hash
-- purpose:  when thousands have logged in within a second, writing it down costs in proportion to their number
-- locks:    none
-- breaking: no
-- loses:    nothing; until it is done again, a large batch may take minutes

-- As 074 for quotas, of the other tables that the daemon writes in batches: who logged in last, and with which
-- password. What is called from there is not bound by it. Before PostgreSQL 18 a nested loop that cannot be had
-- otherwise (lateral) is priced so high that it would be compiled each time.
alter function unified.announce_changes(text[]) set enable_nestloop = on;
alter function unified.announce_users(bigint[], text[]) set enable_nestloop = on;
alter function unified.forget_users() set enable_nestloop = off;
alter function unified.forget_passwords() set enable_nestloop = off;
alter function unified.record_user_events() set enable_nestloop = off;
alter function unified.record_user_events() set jit = off;
