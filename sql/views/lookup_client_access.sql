-- lookup_client_access
-- which lists say something about this client?
--
-- `owner`: a login name; `@domain`; empty for the administrator's list.
--
-- select … from unified.lookup_client_access where network >>= '192.0.2.7'

create view unified.lookup_client_access as
select
  a.network,
  coalesce(u.username, '@' || a.domain, '') as owner,
  a.verdict,
  a.expires_at as changes_at
from unified.access_entries as a
left join unified.users as u on u.id = a.user_id
where a.network is not null
  and (a.expires_at is null or a.expires_at > now());

comment on view unified.lookup_client_access is
  'For the daemon: entries of block and allow lists by network. changes_at: when the entry ends.';

select unified.grant_select('lookup_client_access', 'dovetail_daemon');
select unified.grant_select('lookup_client_access', 'dovetail_admin');
