-- which logins may use an address, or by @domain any of a domain, as sender
-- needs: mail_sender_logins
--
-- Apart from lookup_addresses, since only mail that our own users send is asked about.
-- Not is_usable: the login may do so later.

create view unified.lookup_senders as
select
  s.sender,
  s.login,
  s.is_usable,
  s.changes_at
from unified.mail_sender_logins as s;

comment on view unified.lookup_senders is
  'For the daemon: who may send as an address. changes_at: when time alone changes the row.';

select unified.grant_select('lookup_senders', 'dovetail_lookup');
