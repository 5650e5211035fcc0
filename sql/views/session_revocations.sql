-- whose open sessions must end, because he may no longer log in as he did?
--
-- Of the last hour, for the daemon, which has Dovecot end them. `login` is a login name, or `*@domain`
-- for all of a domain; `email` another name by which he may have logged in. Whose login name changed is
-- named as he was. Ids become visible in the order of the commits, not in their own.
--
-- select … from unified.session_revocations where id > $1 order by id
--
-- One scan of idx_mailbox_events_id_created_at, whatever else happened: so all is one select, and which events
-- they are is said in a function.

create view unified.session_revocations as
select
  e.id,
  who.login,
  who.email,
  e.event_type as reason,
  e.created_at
from unified.mailbox_events as e
cross join lateral (
  select
    case when e.event_type = 'updated' then e.event_data #>> '{was,username}' else e.username end as login,
    case when e.event_type = 'updated' then e.event_data #>> '{was,email}' else e.email end as email
  where e.event_type <> 'domain_changed'
    and e.username is not null
  union all
  select
    '*@' || e.domain,
    null
  where e.event_type = 'domain_changed'
  union all
  -- A login name need not be an address.
  select
    u.username,
    u.email
  from unified.users as u
  where e.event_type = 'domain_changed'
    and u.domain = e.domain
    and u.username not like '%@' || e.domain
) as who
where unified.ends_sessions(e.event_type, e.event_data)
  and e.created_at > now() - interval '1 hour';

comment on view unified.session_revocations is
  'Whose sessions must end: passwords changed, removed or suspended, users and domains locked. Of the last hour.';

select unified.grant_select('session_revocations', 'dovetail_daemon');
select unified.grant_select('session_revocations', 'dovetail_admin');
