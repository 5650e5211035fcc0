-- lookup_greylist
-- has greylisting seen this before, as what, and since when?
--
-- select … from unified.lookup_greylist where key = any('{c4ca4238a0b923820dcc509a6f75849b}'::uuid[])

create view unified.lookup_greylist as
select
  key,
  kind,
  passes,
  first_seen_at,
  expires_at as changes_at
from unified.greylist_entries
where expires_at > now();

comment on view unified.lookup_greylist is
  'For the daemon: what greylisting has seen. What passes counts depends on the kind. changes_at: when it is forgotten.';

select unified.grant_select('lookup_greylist', 'dovetail_daemon');
select unified.grant_select('lookup_greylist', 'dovetail_admin');
