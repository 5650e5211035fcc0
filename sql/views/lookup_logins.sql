-- whose is this login name, and may he use mail?
-- needs: mail_user_states
--
-- `username` is the name asked for: the login name, or the address where that is another, by
-- which LMTP asks. `user` is the login name, the one name by which the servers shall know him.

create view unified.lookup_logins as
select
  m.username,
  m.username as "user",
  m.email,
  m.domain,
  m.user_id,
  m.is_usable,
  m.changes_at
from unified.mail_user_states as m

union all
select
  m.email,
  m.username,
  m.email,
  m.domain,
  m.user_id,
  m.is_usable,
  m.changes_at
from unified.mail_user_states as m
where m.email <> m.username;

comment on view unified.lookup_logins is
  'For the daemon: everybody who can be named, also those who may not use mail.';

select unified.grant_select('lookup_logins', 'dovetail_lookup');
