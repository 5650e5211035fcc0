-- which salt is shown to who proves his password by SCRAM?
-- needs: mail_passwords
--
-- As lookup_credentials, but also of users who may not use mail, and no more of a hash than its
-- iterations and its salt, which any client is shown: a user who is switched off is shown the salt that he
-- was shown before, and so learns nothing by it. It proves nothing.

create view unified.lookup_salts as
select
  p.username,
  p."user",
  p.user_id,
  p.password_id,
  p.service,
  p.label,
  '{' || p.hash_scheme || '}' || substring(p.password_hash from '^[^,]*(?:,[^,]*)?') as password,
  p.must_change,
  p.is_expired,
  p.is_replaced,
  p.allowed_networks,
  p.changed_at,
  p.is_suspended,
  p.restored_at,
  p.changes_at
from unified.mail_passwords as p
where p.hash_scheme in ('SCRAM-SHA-1', 'SCRAM-SHA-256');

comment on view unified.lookup_salts is
  'For the daemon: of SCRAM passwords, whoever may use them, iterations and salt.';

select unified.grant_select('lookup_salts', 'dovetail_daemon');
