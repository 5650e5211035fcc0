-- 066_create_domain_usage_function
-- purpose:  what all mailboxes of a domain use together
-- locks:    none (new function)
-- breaking: no
-- loses:    nothing

-- A sum that is made when asked for, not kept: a row of the domain that each usage changes would
-- have all daemons wait for each other.
create function unified.domain_usage(name text) returns bigint
language sql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(sum(unified.quota_base_units(q.current_usage, q.quota_unit)), 0)::bigint
  from unified.users as u
  join unified.user_quotas as q on q.user_id = u.id
  where u.domain = domain_usage.name
    and q.service = 'dovecot'
    and q.quota_type = 'storage';
end;

comment on function unified.domain_usage(text) is 'Bytes in all mailboxes of a domain, as last reported.';

revoke execute on function unified.domain_usage(text) from public;

do $$
declare
  reader text;
begin
  -- What views call runs with the rights of whoever reads the view.
  foreach reader in array array['dovetail_daemon', 'dovetail_admin'] loop
    perform unified.grant_to(reader, 'execute on function unified.domain_usage(text)');
  end loop;
end
$$;
