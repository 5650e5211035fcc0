-- with which password does this host log in at a relay host?
--
-- For the daemon alone: who looks up, and who changes accounts, needs no password in clear text.

create view unified.lookup_secret_entries as
select
  e.key,
  e.map,
  e.value
from unified.map_entries as e
where e.map = 'smtp_sasl_password_maps';

comment on view unified.lookup_secret_entries is 'For the daemon: the passwords of smtp_sasl_password_maps.';

select unified.grant_select('lookup_secret_entries', 'dovetail_daemon');
