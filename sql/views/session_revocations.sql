-- whose open sessions must end, because he may no longer log in as he did?
--
-- Of the last hour, for the daemon, which has Dovecot end them. `login` is a login name, or `*@domain`
-- for all of a domain; `email` another name by which he may have logged in. Whose login name changed is
-- named as he was. Ids become visible in the order of the commits, not in their own.
--
-- select … from unified.session_revocations where id > $1

create view unified.session_revocations as
select
  id,
  case when event_type = 'updated' then event_data #>> '{was,username}' else username end as login,
  case when event_type = 'updated' then event_data #>> '{was,email}' else email end as email,
  event_type as reason,
  created_at
from unified.mailbox_events
where created_at > now() - interval '1 hour'
  and username is not null
  and (
    event_type in ('locked', 'deleted', 'password_suspended')
    or (event_type = 'password_changed' and event_data ->> 'change' in ('changed', 'removed'))
    or (
      event_type = 'updated'
      and (
        event_data -> 'changed' ?| array['username', 'email']
        or (event_data -> 'changed' ? 'is_active' and (event_data #>> '{was,is_active}')::boolean)
      )
    )
    or (
      event_type = 'role_changed'
      and event_data ->> 'role_name' = 'no_email'
      and event_data ->> 'change' in ('added', 'changed')
      and (event_data ->> 'is_active')::boolean
    )
  )

union all
select
  e.id,
  who.login,
  who.email,
  e.event_type,
  e.created_at
from unified.mailbox_events as e
cross join lateral (
  select
    '*@' || e.domain as login,
    null as email
  union all
  -- A login name need not be an address.
  select
    u.username,
    u.email
  from unified.users as u
  where u.domain = e.domain
    and u.username not like '%@' || e.domain
) as who
where e.created_at > now() - interval '1 hour'
  and e.event_type = 'domain_changed'
  and (
    e.event_data ->> 'change' = 'removed'
    or not (e.event_data ->> 'is_active')::boolean
    or e.event_data ->> 'domain_type' not in ('virtual', 'alias')
  );

comment on view unified.session_revocations is
  'Whose sessions must end: passwords changed, removed or suspended, users and domains locked. Of the last hour.';

select unified.grant_select('session_revocations', 'dovetail_daemon');
select unified.grant_select('session_revocations', 'dovetail_admin');
