-- what was entered for the maps of Postfix?
--
-- A password is not shown, not even to who entered it.

create view unified.mail_map_entries as
select
  e.id,
  e.map,
  e.key,
  case when e.map <> 'smtp_sasl_password_maps' then e.value end as value,
  e.description,
  e.created_at,
  e.updated_at
from unified.map_entries as e;

comment on view unified.mail_map_entries is 'For people and tools: the entries of all maps; null in place of a password.';

select unified.grant_select('mail_map_entries', 'dovetail_admin');
