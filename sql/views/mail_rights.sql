-- who may receive the mail of an address, send as it, and manage it, and why?
-- needs: mail_users, mail_alias_states
--
-- Three rights, and no grant brings another along: who may send does not receive for that, and who manages
-- does neither. What comes with a mailbox or an alias is said by `because`: the owner of an alias has the
-- right to send and to manage; its members receive, and send unless the alias says no (may_send_as).

create view unified.mail_rights as
select
  m.email as address,
  m.username as login,
  r.access_right,
  'mailbox' as because,
  null::timestamptz as expires_at
from unified.mail_users as m
cross join (values ('receive'), ('send')) as r (access_right)

union all
select
  a.alias_email,
  m.username,
  r.access_right,
  'member',
  e.expires_at
from unified.mail_alias_states as a
join unified.email_aliases as e on e.id = a.id
join unified.mail_users as m on m.email = a.destination_email
cross join (values ('receive'), ('send')) as r (access_right)
where a.is_usable
  and a.alias_email <> m.email
  and (r.access_right = 'receive' or (a.may_send_as and not a.is_catch_all))

union all
select distinct
  a.alias_email,
  m.username,
  r.access_right,
  'owner',
  e.expires_at
from unified.mail_alias_states as a
join unified.email_aliases as e on e.id = a.id
join unified.mail_users as m on m.user_id = a.user_id
cross join (values ('send'), ('manage')) as r (access_right)
where a.is_usable

union all
select
  g.sender,
  m.username,
  'send',
  'grant',
  g.expires_at
from unified.sender_grants as g
join unified.mail_users as m on m.user_id = g.user_id
where g.expires_at is null or g.expires_at > now()

union all
select
  g.address,
  m.username,
  'manage',
  'grant',
  g.expires_at
from unified.manager_grants as g
join unified.mail_users as m on m.user_id = g.user_id
where g.expires_at is null or g.expires_at > now();

comment on view unified.mail_rights is
  'For people and tools: who may receive, send as or manage an address (or, by @domain, any of a domain), and why.';

select unified.grant_select('mail_rights', 'dovetail_admin');
