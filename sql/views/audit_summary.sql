-- how much of what happened in each hour, by how many, and did it work?
--
-- `where hour >= …` is an index scan: the expression is idx_audit_log_created_at's.

create view unified.audit_summary as
select
  date_trunc('hour', created_at at time zone 'UTC') at time zone 'UTC' as hour,
  service,
  action,
  success,
  count(*) as entries,
  count(distinct user_id) as users,
  count(distinct ip_address) as addresses
from unified.audit_log
group by 1, service, action, success;

comment on view unified.audit_summary is 'For people and monitoring: the audit trail by the hour (UTC).';

select unified.grant_select('audit_summary', 'dovetail_admin');
