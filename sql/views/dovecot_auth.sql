-- which passwords open this mailbox? (Dovecot passdb)
-- needs: mail_logins, mail_user_states
--
-- 2.3:  password_query = SELECT "user", password, allow_nets FROM unified.dovecot_auth \
--         WHERE username = '%u' AND service IN ('dovecot', '%s') LIMIT 1
-- 2.4:  the same with '%{user}' and '%{service}'
--
-- Dovecot's own SQL driver takes one row; the daemon tries them all. Who may not use mail has
-- no row, an expired or suspended password is none, and neither is the plain one of who must use app passwords.
-- allow_nets is Dovecot's own name: networks separated by commas, null for anywhere.

create view unified.dovecot_auth as
select
  l.name as username,
  l.domain,
  l.username as "user",
  p.service,
  p.label,
  '{' || p.hash_scheme || '}' || p.password_hash as password,
  p.hash_scheme as scheme,
  p.expires_at,
  p.must_change_on_next_login as must_change,
  l.user_id,
  p.id as password_id,
  p.expires_at as changes_at,
  nullif(array_to_string(p.allowed_networks, ','), '') as allow_nets
from unified.mail_logins as l
join unified.user_passwords as p on p.user_id = l.user_id
where unified.may_use_mail(l.user_id)
  and p.service in ('dovecot', 'imap', 'pop3', 'smtp', 'submission', 'sieve')
  and (p.expires_at is null or p.expires_at > now())
  and p.suspended_at is null
  and not (p.service = 'dovecot' and p.label = '' and unified.needs_app_password(l.user_id));

comment on view unified.dovecot_auth is 'Dovecot passdb: the passwords of a login name or address.';

select unified.grant_select('dovecot_auth', 'dovetail_lookup');
