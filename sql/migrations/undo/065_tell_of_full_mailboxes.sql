-- undoes 065_tell_of_full_mailboxes
drop trigger user_quotas_forget_full on unified.user_quotas;
drop function unified.forget_full_mailboxes();
drop function unified.record_usage(text[], text[], bigint[], boolean[], smallint[]);

create function unified.record_usage(logins text[], quota_types text[], usages bigint[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into unified.user_quotas as q
    (user_id, service, quota_type, quota_unit, follows_domain, current_usage)
  select distinct on (u.id, said.quota_type)
    u.id, 'dovecot', said.quota_type,
    case when said.quota_type in ('storage', 'bandwidth') then 'bytes' else 'count' end,
    true, greatest(said.usage, 0)
  from unnest(logins, quota_types, usages) with ordinality as said (login, quota_type, usage, place)
  join unified.users as u on u.username = said.login
  order by u.id, said.quota_type, said.place desc
  on conflict on constraint user_quotas_user_id_service_quota_type_unique do update
  set current_usage = excluded.current_usage / unified.quota_unit_size(q.quota_unit);
end
$$;

comment on function unified.record_usage(text[], text[], bigint[]) is
  'What these users use now, in bytes or as a count; of several reports of one user the last counts.';

revoke execute on function unified.record_usage(text[], text[], bigint[]) from public;
select unified.grant_to('dovetail_daemon', 'execute on function unified.record_usage(text[], text[], bigint[])');
