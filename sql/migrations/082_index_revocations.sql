-- 082_index_revocations
-- purpose:  whose sessions must end is found without reading what else happened
-- locks:    share on unified.mailbox_events while building
-- breaking: no
-- loses:    nothing

create function unified.ends_sessions(event_type text, event_data jsonb) returns boolean
language sql immutable parallel safe
return case event_type
  when 'locked' then true
  when 'deleted' then true
  when 'password_suspended' then true
  when 'password_changed' then event_data ->> 'change' in ('changed', 'removed')
  when 'updated' then
    event_data -> 'changed' ?| array['username', 'email']
    or (event_data -> 'changed' ? 'is_active' and event_data #>> '{was,is_active}' = 'true')
  when 'role_changed' then
    event_data ->> 'role_name' = 'no_email'
    and event_data ->> 'change' in ('added', 'changed')
    and event_data ->> 'is_active' = 'true'
  when 'domain_changed' then
    event_data ->> 'change' = 'removed'
    or event_data ->> 'is_active' = 'false'
    or event_data ->> 'domain_type' not in ('virtual', 'alias')
  else false
end;

comment on function unified.ends_sessions(text, jsonb) is
  'Whether this event takes access away from somebody who may have a session open: see session_revocations.';

-- An import of 100,000 users leaves as many events, and each daemon looks here after each commit that left one.
create index idx_mailbox_events_id_created_at
on unified.mailbox_events (id, created_at)
where unified.ends_sessions(event_type, event_data);

create function unified.newest_revocation() returns bigint
language sql stable
security definer
set search_path = pg_catalog, pg_temp
return (
  select coalesce(max(id), 0)
  from unified.mailbox_events
  where unified.ends_sessions(event_type, event_data)
);

comment on function unified.newest_revocation() is
  'The id of the newest event that ended sessions, however old it is; 0: there was none.';

revoke execute on function unified.ends_sessions(text, jsonb), unified.newest_revocation() from public;
select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.ends_sessions(text, jsonb), unified.newest_revocation()');
select unified.grant_to('dovetail_admin', 'execute on function unified.ends_sessions(text, jsonb)');
