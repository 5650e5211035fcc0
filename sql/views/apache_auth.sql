-- which password opens a web folder? (Apache httpd mod_authn_dbd, mod_authz_dbd)
-- needs: mail_users
--
-- AuthDBDUserPWQuery "SELECT password FROM unified.apache_auth WHERE username = %s"
-- Require dbd-group:  AuthzDBDQuery "SELECT role FROM unified.apache_auth WHERE username = %s"
--
-- Passwords of service apache in the two forms that httpd verifies, as httpd wants them. One
-- row a role in force; a user without roles has one row.

create view unified.apache_auth as
select
  m.username,
  p.password_hash as password,
  r.role_name as role,
  m.email
from unified.mail_users as m
join unified.user_passwords as p on p.user_id = m.user_id
left join unified.user_roles as r
  on r.user_id = m.user_id
  and r.service in ('apache', 'global')
  and r.is_active
  and (r.expires_at is null or r.expires_at > now())
where p.service = 'apache'
  and p.hash_scheme in ('BLF-CRYPT', 'SHA512-CRYPT')
  and (p.expires_at is null or p.expires_at > now())
  and p.suspended_at is null;

comment on view unified.apache_auth is 'Apache httpd: passwords of service apache, one row a role.';

select unified.grant_select('apache_auth', 'dovetail_lookup');
