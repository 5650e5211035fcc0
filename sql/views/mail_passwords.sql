-- every password under every name of its user, and what stands against it
-- needs: mail_logins
--
-- Whether the user may use mail is not said here: see mail_user_states.

create view unified.mail_passwords as
select
  l.name as username,
  l.username as "user",
  l.user_id,
  p.id as password_id,
  p.service,
  p.label,
  p.hash_scheme,
  p.password_hash,
  p.must_change_on_next_login as must_change,
  p.expires_at is not null and p.expires_at <= now() as is_expired,
  p.service = 'dovecot' and p.label = '' and unified.needs_app_password(l.user_id) as is_replaced,
  p.allowed_networks::text[] as allowed_networks,
  p.changed_at,
  p.suspended_at is not null as is_suspended,
  p.restored_at,
  least(
    case when p.expires_at > now() then p.expires_at end,
    (
      select min(r.expires_at)
      from unified.user_roles as r
      where r.user_id = l.user_id
        and r.is_active
        and r.expires_at > now()
    )
  ) as changes_at
from unified.mail_logins as l
join unified.user_passwords as p on p.user_id = l.user_id;

comment on view unified.mail_passwords is
  'The passwords of a login, whether or not he may use mail. is_replaced: this user must use app passwords for mail.';
