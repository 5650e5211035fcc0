-- which aliases are there, whose are they, and do they work?
-- needs: mail_alias_states

create view unified.mail_aliases as
select
  a.alias_email as alias,
  a.destination_email as destination,
  u.username as owner,
  a.alias_domain as domain,
  a.is_primary,
  a.is_active,
  a.is_catch_all,
  a.may_send_as,
  a.allowed_senders,
  a.expires_at,
  s.is_usable,
  a.description
from unified.email_aliases as a
join unified.mail_alias_states as s on s.id = a.id
left join unified.users as u on u.id = a.user_id;

comment on view unified.mail_aliases is 'For people and tools: one row a destination.';

select unified.grant_select('mail_aliases', 'dovetail_admin');
