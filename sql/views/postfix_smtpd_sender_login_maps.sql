-- who may send as this address?
-- needs: mail_sender_logins
--
-- query = SELECT login FROM unified.postfix_smtpd_sender_login_maps WHERE sender = '%s'
--
-- Postfix asks for @domain only where the address itself has no row. The daemon knows alias
-- domains too: alice@alias.example is alice@example.org's to send as.

create view unified.postfix_smtpd_sender_login_maps as
select distinct
  sender,
  login
from unified.mail_sender_logins
where is_usable;

comment on view unified.postfix_smtpd_sender_login_maps is
  'Postfix smtpd_sender_login_maps: one row a login that may send as the address.';

select unified.grant_select('postfix_smtpd_sender_login_maps', 'dovetail_lookup');
