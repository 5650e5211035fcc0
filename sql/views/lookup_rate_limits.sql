-- how much may this login send, and within how long?
-- needs: mail_logins
--
-- Of each counter and window the most particular row: the user's, his domain's, that for all. A
-- login without any has one row without a counter. The login '' is who has not logged in, and who
-- has under a name that is not ours.

create view unified.lookup_rate_limits as
select
  l.name as username,
  l.username as "user",
  l.domain,
  r.counted_by,
  r.counter,
  r.window_seconds,
  r.max_count,
  r.is_permanent,
  r.suspends
from unified.mail_logins as l
left join lateral (
  select distinct on (counted_by, counter, window_seconds)
    counted_by, counter, window_seconds, max_count, is_permanent, suspends
  from (
    select 1 as rank, counted_by, counter, window_seconds, max_count, is_permanent, suspends
    from unified.rate_limits
    where user_id = l.user_id
    union all
    select 2, counted_by, counter, window_seconds, max_count, is_permanent, suspends
    from unified.rate_limits
    where domain = l.domain
    union all
    select 3, counted_by, counter, window_seconds, max_count, is_permanent, suspends
    from unified.rate_limits
    where user_id is null and domain is null
  ) as every
  order by counted_by, counter, window_seconds, rank
) as r on true

union all
select
  '',
  '',
  '',
  r.counted_by,
  r.counter,
  r.window_seconds,
  r.max_count,
  r.is_permanent,
  r.suspends
from (select) as nobody
left join unified.rate_limits as r on r.user_id is null and r.domain is null;

comment on view unified.lookup_rate_limits is
  'For the daemon: the limits in force of a login; of the login '''' those for all.';

select unified.grant_select('lookup_rate_limits', 'dovetail_daemon');
select unified.grant_select('lookup_rate_limits', 'dovetail_admin');
