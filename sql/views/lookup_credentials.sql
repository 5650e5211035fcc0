-- every password of a user who may use mail, and what stands against it
-- needs: mail_logins, mail_user_states
--
-- Unlike dovecot_auth it has those that open nothing now: who gives a right password is told why it
-- does not help. Whether it is right decides the daemon; nobody else sees the reason.

create view unified.lookup_credentials as
select
  l.name as username,
  l.username as "user",
  l.user_id,
  p.id as password_id,
  p.service,
  p.label,
  '{' || p.hash_scheme || '}' || p.password_hash as password,
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
join unified.user_passwords as p on p.user_id = l.user_id
where unified.may_use_mail(l.user_id);

comment on view unified.lookup_credentials is
  'For the daemon: the passwords of a login. is_replaced: this user must use app passwords for mail.';

-- Not for dovetail_lookup: Dovecot and Postfix have no use for passwords that open nothing.
select unified.grant_select('lookup_credentials', 'dovetail_daemon');
select unified.grant_select('lookup_credentials', 'dovetail_admin');
