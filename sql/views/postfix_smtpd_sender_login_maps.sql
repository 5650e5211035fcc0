-- who may send as this address?
-- needs: mail_user_states, mail_alias_states
--
-- query = SELECT login FROM unified.postfix_smtpd_sender_login_maps WHERE sender = '%s'
--
-- Postfix asks for @domain only where the address itself has no row. The daemon knows alias
-- domains too: alice@alias.example is alice@example.org's to send as.
--
-- Postfix takes names apart at commas and spaces: of the login "bob,alice" it would make two. Such a
-- login is left out.
--
-- The rows of mail_sender_logins that are usable, said so that one is planned quickly (045).

create view unified.postfix_smtpd_sender_login_maps as
select
  email as sender,
  username as login
from unified.users
where unified.may_use_mail(id)
  and username !~ '[, ]'

union
select
  a.alias_email,
  member.login
from unified.email_aliases as a
cross join lateral unified.sender_logins_of_alias(a.id) as member (login)
where member.login !~ '[, ]'

union
select
  g.sender,
  u.username
from unified.sender_grants as g
join unified.users as u on u.id = g.user_id
where (g.expires_at is null or g.expires_at > now())
  and u.username !~ '[, ]'
  and unified.may_use_mail(g.user_id);

comment on view unified.postfix_smtpd_sender_login_maps is
  'Postfix smtpd_sender_login_maps: one row a login that may send as the address.';

select unified.grant_select('postfix_smtpd_sender_login_maps', 'dovetail_lookup');
