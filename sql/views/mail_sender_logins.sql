-- who may send as an address (or, by @domain, as any address of a domain)?
-- needs: mail_user_states, mail_alias_states
--
-- Four ways: one's own mailbox; one's own alias; a mailbox that an alias leads to directly,
-- unless the alias says no; a grant. Only who may use mail: whoever will do so by the passing of
-- time alone has rows that are not is_usable yet. The same login may come twice.

create view unified.mail_sender_logins as
select
  m.email as sender,
  m.username as login,
  m.is_usable,
  m.changes_at
from unified.mail_user_states as m
where m.is_usable
  or m.changes_at is not null

union all
select
  a.alias_email,
  m.username,
  m.is_usable,
  least(a.changes_at, m.changes_at)
from unified.mail_alias_states as a
join unified.mail_user_states as m on m.user_id = a.user_id
where a.is_usable
  and (m.is_usable or m.changes_at is not null)

union all
select
  a.alias_email,
  m.username,
  m.is_usable,
  least(a.changes_at, m.changes_at)
from unified.mail_alias_states as a
join unified.mail_user_states as m on m.email = a.destination_email
where a.is_usable
  and a.may_send_as
  and not a.is_catch_all
  and (m.is_usable or m.changes_at is not null)

union all
select
  g.sender,
  m.username,
  m.is_usable,
  least(g.expires_at, m.changes_at)
from unified.sender_grants as g
join unified.mail_user_states as m on m.user_id = g.user_id
where (g.expires_at is null or g.expires_at > now())
  and (m.is_usable or m.changes_at is not null);

comment on view unified.mail_sender_logins is 'Who may send as an address, and until when that is so.';
