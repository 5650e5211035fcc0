-- which aliases work, which do not, and until when that is so

create view unified.mail_alias_states as
select
  a.id,
  a.alias_email,
  a.alias_domain,
  a.destination_email,
  a.user_id,
  a.is_catch_all,
  a.may_send_as,
  a.allowed_senders,
  a.is_active
    and (a.expires_at is null or a.expires_at > now())
    and d.is_active as is_usable,
  case when a.is_active and a.expires_at > now() then a.expires_at end as changes_at
from unified.email_aliases as a
join unified.mail_domains as d on d.domain = a.alias_domain;

comment on view unified.mail_alias_states is
  'Each alias, one row a destination, and whether it works. changes_at: when time alone changes that.';
