-- every password of a user who may use mail, and what stands against it
-- needs: mail_passwords, mail_user_states
--
-- Unlike dovecot_auth it has those that open nothing now: who gives a right password is told why it
-- does not help. Whether it is right decides the daemon; nobody else sees the reason.

create view unified.lookup_credentials as
select
  p.username,
  p."user",
  p.user_id,
  p.password_id,
  p.service,
  p.label,
  '{' || p.hash_scheme || '}' || p.password_hash as password,
  p.must_change,
  p.is_expired,
  p.is_replaced,
  p.allowed_networks,
  p.changed_at,
  p.is_suspended,
  p.restored_at,
  p.changes_at
from unified.mail_passwords as p
where unified.may_use_mail(p.user_id);

comment on view unified.lookup_credentials is
  'For the daemon: the passwords of a login. is_replaced: this user must use app passwords for mail.';

-- Not for dovetail_lookup: Dovecot and Postfix have no use for passwords that open nothing.
select unified.grant_select('lookup_credentials', 'dovetail_daemon');
select unified.grant_select('lookup_credentials', 'dovetail_admin');
