-- 040_create_cache_invalidation_functions
-- purpose:  every daemon hears which keys of its cache are worth nothing any more
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing; until it is done again, daemons serve changed accounts from memory

-- Channel dovetail_changes. The payload: keys, a line each (addresses, @domain, domains,
-- login names), or `*` = everything. Where in doubt a key too many is announced.
--
-- A payload must be shorter than 8,000 bytes or the writing transaction fails; a key has at
-- most 320. Past 500 keys in one transaction a single `*` says it all (PostgreSQL itself
-- sends equal notifications of a transaction once), so a bulk change costs what one does.

create function unified.announce_everything() returns void
language sql
begin atomic
  select unified.try_notify('dovetail_changes', '*');
end;

comment on function unified.announce_everything() is 'Every daemon forgets all that it remembers.';

create function unified.announce_changes(keys text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  announced integer := coalesce(nullif(current_setting('dovetail.announced', true), ''), '0')::integer
    + coalesce(cardinality(keys), 0);
begin
  if coalesce(cardinality(keys), 0) = 0 then
    return;
  end if;
  -- Counts the keys of this transaction; PostgreSQL forgets the number when it ends.
  perform set_config('dovetail.announced', announced::text, true);
  if announced > 500 then
    perform unified.announce_everything();
    return;
  end if;
  perform unified.try_notify('dovetail_changes', string_agg(key, e'\n'))
  from (
    select key, sum(octet_length(key) + 1) over (order by key) / 7600 as chunk
    from (select distinct key from unnest(keys) as key where key is not null) as distinct_keys
  ) as chunked
  group by chunk;
end
$$;

comment on function unified.announce_changes(text[]) is 'Every daemon forgets what it remembers of these keys.';

-- Names are addresses and login names. Facts of an address also tell who may send as it, so
-- whatever leads to a changed mailbox, belongs to its user or is granted to him goes too.
create function unified.announce_users(user_ids bigint[], names text[]) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if cardinality(names) > 500 then
    perform unified.announce_everything();
    return;
  end if;
  perform unified.announce_changes(array(
    select key
    from (
      select unnest(names) as key
      union
      select alias_email from unified.email_aliases where destination_email = any(names)
      union
      select alias_email from unified.email_aliases where user_id = any(user_ids)
      union
      select sender from unified.sender_grants where user_id = any(user_ids)
    ) as touched
    limit 501
  ));
end
$$;

comment on function unified.announce_users(bigint[], text[]) is 'Every daemon forgets these users and what depends on them.';

-- Of a bulk change only so much is looked at as tells that it is one: 501 users or addresses. Not
-- 501 rows of what a user has several of: they might be those of a few users.

create function unified.forget_users() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ids bigint[];
  names text[];
begin
  if tg_op = 'INSERT' then
    select array_agg(id), array_agg(email) || array_agg(username)
    into ids, names
    from (select id, email, username from new_rows limit 501) as first_rows;
  elsif tg_op = 'DELETE' then
    select array_agg(id), array_agg(email) || array_agg(username)
    into ids, names
    from (select id, email, username from old_rows limit 501) as first_rows;
  else
    select array_agg(id), array_agg(old_email) || array_agg(old_username) || array_agg(email) || array_agg(username)
    into ids, names
    from (
      select n.id, n.email, n.username, o.email as old_email, o.username as old_username
      from old_rows as o
      join new_rows as n using (id)
      where (o.username, o.email, o.home_directory, o.mailbox_format, o.system_uid, o.system_gid, o.is_active, o.is_locked)
        is distinct from
            (n.username, n.email, n.home_directory, n.mailbox_format, n.system_uid, n.system_gid, n.is_active, n.is_locked)
      limit 501
    ) as first_rows;
  end if;
  perform unified.announce_users(ids, names);
  return null;
end
$$;

comment on function unified.forget_users() is 'Trigger on users. A login changes nothing that a cache holds.';

create function unified.forget_passwords() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.service, o.label, o.password_hash, o.hash_scheme, o.expires_at, o.must_change_on_next_login)
        is distinct from
            (n.user_id, n.service, n.label, n.password_hash, n.hash_scheme, n.expires_at, n.must_change_on_next_login)
      limit 501
    );
  end if;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$$;

comment on function unified.forget_passwords() is 'Trigger on user_passwords. Its use is no change.';

create function unified.forget_roles() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    );
  end if;
  perform unified.announce_users(
    ids,
    array(select unnest(array[email, username]) from unified.users where id = any(ids))
  );
  return null;
end
$$;

comment on function unified.forget_roles() is 'Trigger on user_roles.';

create function unified.forget_quotas() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  ids bigint[];
begin
  if tg_op = 'INSERT' then
    ids := array(select distinct user_id from new_rows where not follows_domain limit 501);
  elsif tg_op = 'DELETE' then
    ids := array(select distinct user_id from old_rows where not follows_domain limit 501);
  else
    ids := array(
      select distinct unnest(array[o.user_id, n.user_id])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.service, o.quota_type, o.quota_value, o.quota_unit, o.follows_domain)
        is distinct from
            (n.user_id, n.service, n.quota_type, n.quota_value, n.quota_unit, n.follows_domain)
      limit 501
    );
  end if;
  perform unified.announce_changes(array(
    select unnest(array[email, username]) from unified.users where id = any(ids)
  ));
  return null;
end
$$;

comment on function unified.forget_quotas() is 'Trigger on user_quotas. Usage, written again and again, is no change.';

create function unified.forget_aliases() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select distinct alias_email from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select distinct alias_email from old_rows limit 501));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[o.alias_email, n.alias_email])
      from old_rows as o
      join new_rows as n using (id)
      where (o.user_id, o.alias_email, o.destination_email, o.is_active, o.may_send_as, o.allowed_senders, o.expires_at)
        is distinct from
            (n.user_id, n.alias_email, n.destination_email, n.is_active, n.may_send_as, n.allowed_senders, n.expires_at)
      limit 501
    ));
  end if;
  return null;
end
$$;

comment on function unified.forget_aliases() is 'Trigger on email_aliases.';

create function unified.forget_senders() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select distinct sender from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select distinct sender from old_rows limit 501));
  else
    perform unified.announce_changes(array(
      select distinct unnest(array[o.sender, n.sender])
      from old_rows as o
      join new_rows as n using (id)
      limit 501
    ));
  end if;
  return null;
end
$$;

comment on function unified.forget_senders() is 'Trigger on sender_grants.';

create function unified.forget_domains() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform unified.announce_changes(array(select unnest(array[domain, catch_all]) from new_rows limit 501));
  elsif tg_op = 'DELETE' then
    perform unified.announce_changes(array(select unnest(array[domain, catch_all]) from old_rows limit 501));
  elsif exists (
    -- What every account of the domain depends on.
    select
    from old_rows as o
    join new_rows as n using (id)
    where (o.domain, o.domain_type, o.target_domain, o.is_active, o.default_user_quota_bytes)
      is distinct from
          (n.domain, n.domain_type, n.target_domain, n.is_active, n.default_user_quota_bytes)
  ) then
    perform unified.announce_everything();
  else
    perform unified.announce_changes(array(select unnest(array[domain, catch_all]) from new_rows limit 501));
  end if;
  return null;
end
$$;

comment on function unified.forget_domains() is 'Trigger on mail_domains.';

create function unified.forget_everything() returns trigger
language plpgsql
as $$
begin
  perform unified.announce_everything();
  return null;
end
$$;

comment on function unified.forget_everything() is 'Trigger: the table was truncated.';
