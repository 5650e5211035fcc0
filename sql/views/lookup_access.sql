-- lookup_access
-- which lists say something about this sender or recipient?
--
-- `owner`: a login name; `@domain`; empty for the administrator's list.
--
-- select … from unified.lookup_access where key = any('{sender ann@example.net,sender @example.net}')

create view unified.lookup_access as
select
  a.lookup_key as key,
  coalesce(u.username, '@' || a.domain, '') as owner,
  a.verdict,
  a.expires_at as changes_at
from unified.access_entries as a
left join unified.users as u on u.id = a.user_id
where a.network is null
  and (a.expires_at is null or a.expires_at > now());

comment on view unified.lookup_access is
  'For the daemon: entries of block and allow lists by sender or recipient. changes_at: when the entry ends.';

select unified.grant_select('lookup_access', 'dovetail_daemon');
select unified.grant_select('lookup_access', 'dovetail_admin');
