-- who is there? (Dovecot's iterate_query: `doveadm user '*'`, `doveadm -A`)
-- needs: mail_users
--
-- 2.3 and 2.4:  iterate_query = SELECT "user" FROM unified.dovecot_iterate
--
-- The daemon reads it in pages, by the index of users.username.

create view unified.dovecot_iterate as
select
  m.username as "user",
  m.domain
from unified.mail_users as m;

comment on view unified.dovecot_iterate is 'Dovecot iterate_query: the login name of everybody who may use mail.';

select unified.grant_select('dovecot_iterate', 'dovetail_lookup');
