-- 030_create_utility_functions
-- purpose:  timestamps, the parts of an address, zone serials, quota units, DNS text
-- locks:    none (new functions)
-- breaking: no
-- loses:    nothing

-- Timestamps ---------------------------------------------------------------------------

create function unified.touch_updated_at() returns trigger
language plpgsql
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

comment on function unified.touch_updated_at() is 'Trigger: the row changed now.';

-- Addresses ----------------------------------------------------------------------------

create function unified.domain_of(address text) returns text
language sql immutable parallel safe
return substring(address from '[^@]+$');

comment on function unified.domain_of(text) is 'Everything after the last @.';

create function unified.local_part_of(address text) returns text
language sql immutable parallel safe
return case
  when address like '"%' then regexp_replace(substring(address from '^"(.*)"@[^@]*$'), '\\(.)', '\1', 'g')
  else left(address, -1 - length(substring(address from '[^@]+$')))
end;

comment on function unified.local_part_of(text) is 'The local part as its user means it: without quotes and escapes.';

-- A local part may hold a slash or begin with a dot; a folder's name must not lead out of
-- the mail folder, nor hide, nor hold the % of Dovecot's variables. `=` begins an escape.
create function unified.mailbox_path(address text) returns text
language sql immutable parallel safe
return unified.domain_of(address)
  || case when address like '".%' then '/=2E' else '/' end
  || replace(replace(replace(
       case when address like '".%' then substr(unified.local_part_of(address), 2)
       else unified.local_part_of(address) end,
       '=', '=3D'), '/', '=2F'), '%', '=25')
  || '/';

comment on function unified.mailbox_path(text) is 'Below the mail folder, with a final slash: example.org/alice/.';

create function unified.fill_user() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' then
    -- A login name that was the address stays the address.
    if old.username = old.email and new.username = old.username then
      new.username := new.email;
    end if;
  else
    new.username := coalesce(new.username, new.email);
    new.home_directory := coalesce(
      new.home_directory,
      '/var/mail/' || rtrim(unified.mailbox_path(new.email), '/')
    );
  end if;
  return new;
end
$$;

comment on function unified.fill_user() is 'Trigger: login name and home of a user for whom none is given.';

create function unified.fill_alias() returns trigger
language plpgsql
as $$
begin
  if new.is_catch_all is null
    or (tg_op = 'UPDATE' and new.alias_email <> old.alias_email and new.is_catch_all = old.is_catch_all) then
    new.is_catch_all := left(new.alias_email, 1) = '@';
  end if;
  return new;
end
$$;

comment on function unified.fill_alias() is 'Trigger: is_catch_all where it is not given.';

create function unified.fill_role() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  select username
  into new.granted_by_username
  from unified.users
  where id = new.granted_by;
  return new;
end
$$;

comment on function unified.fill_role() is 'Trigger: the granter''s login name, kept when the granter goes.';

-- A self-referring alias is how a mailbox keeps a copy of what it forwards. Alone it
-- forwards nothing. Checked when the transaction ends: rows come in any order.
create function unified.refuse_lonely_alias() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from unified.email_aliases
    where id = new.id
      and alias_email = new.alias_email
      and destination_email = new.alias_email
  ) and not exists (
    select from unified.email_aliases
    where alias_email = new.alias_email
      and id <> new.id
  ) then
    raise exception 'the alias % leads to nothing but itself', new.alias_email
      using errcode = 'check_violation',
            schema = 'unified',
            table = 'email_aliases',
            constraint = 'email_aliases_destination_email_elsewhere',
            hint = 'give it another destination, or remove it';
  end if;
  return null;
end
$$;

comment on function unified.refuse_lonely_alias() is 'Trigger: no alias has itself as its only destination.';

-- Quotas -------------------------------------------------------------------------------

create function unified.quota_unit_size(unit text) returns numeric
language sql immutable parallel safe
return case unit
  when 'KB' then 1024::numeric
  when 'MB' then 1048576::numeric
  when 'GB' then 1073741824::numeric
  when 'TB' then 1099511627776::numeric
  else 1::numeric
end;

comment on function unified.quota_unit_size(text) is 'Bytes in a unit; 1 for bytes and counts.';

create function unified.quota_base_units(value numeric, unit text) returns bigint
language sql immutable strict parallel safe
-- strict: least() passes over a null, which would make 2^63 of unlimited.
return least(round(value * unified.quota_unit_size(unit)), 9223372036854775807)::bigint;

comment on function unified.quota_base_units(numeric, text) is
  'A quota in bytes or as a plain count; null stays null, which is unlimited.';

-- DNS ----------------------------------------------------------------------------------

create function unified.serial_grows(old_serial bigint, new_serial bigint) returns boolean
language sql immutable strict parallel safe
return (new_serial - old_serial + 4294967296) % 4294967296 between 1 and 2147483647;

comment on function unified.serial_grows(bigint, bigint) is 'RFC 1982 3.2, with 32 bits.';

create function unified.next_zone_serial(
  serial bigint,
  today date default (now() at time zone 'UTC')::date
) returns bigint
language sql stable strict parallel safe
return case
  when unified.serial_grows(serial, to_char(today, 'YYYYMMDD')::bigint * 100)
    then to_char(today, 'YYYYMMDD')::bigint * 100
  else serial % 4294967295 + 1
end;

comment on function unified.next_zone_serial(bigint, date) is
  'YYYYMMDD00 where that grows the serial, else one more; never 0, which some servers dislike.';

create function unified.grow_own_serial() returns trigger
language plpgsql
as $$
begin
  if new.serial_number <> old.serial_number then
    if not unified.serial_grows(old.serial_number, new.serial_number) then
      new.serial_number := unified.next_zone_serial(old.serial_number);
    end if;
  elsif (new.domain, new.refresh_interval, new.retry_interval, new.expire_interval, new.minimum_ttl,
         new.primary_ns, new.admin_email, new.is_active, new.zone_type)
    is distinct from
        (old.domain, old.refresh_interval, old.retry_interval, old.expire_interval, old.minimum_ttl,
         old.primary_ns, old.admin_email, old.is_active, old.zone_type) then
    new.serial_number := unified.next_zone_serial(old.serial_number);
  end if;
  return new;
end
$$;

comment on function unified.grow_own_serial() is 'Trigger: a changed zone gets a greater serial, whatever was written.';

create function unified.grow_zone_serials(zones text[]) returns void
language sql
begin atomic
  update unified.dns_zones
  set serial_number = unified.next_zone_serial(serial_number)
  where domain in (
    select locked.domain
    from (
      select domain
      from unified.dns_zones
      where domain = any(zones)
      order by domain
      for no key update
    ) as locked
  );
end;

comment on function unified.grow_zone_serials(text[]) is 'The zones have changed. Locks them, in one order for all.';

create function unified.settle_new_records() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.grow_zone_serials(array(select distinct domain from new_rows));
  perform unified.refuse_crowded_cname(array(select id from new_rows where is_active));
  return null;
end
$$;

create function unified.settle_changed_records() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.grow_zone_serials(array(
    select distinct zone
    from old_rows as o
    join new_rows as n using (id)
    cross join lateral (values (o.domain), (n.domain)) as both_zones (zone)
    where (o.fqdn, o.domain, o.record_type, o.value, o.ttl, o.priority, o.weight, o.port, o.is_active)
      is distinct from
          (n.fqdn, n.domain, n.record_type, n.value, n.ttl, n.priority, n.weight, n.port, n.is_active)
  ));
  perform unified.refuse_crowded_cname(array(select id from new_rows where is_active));
  return null;
end
$$;

create function unified.settle_removed_records() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform unified.grow_zone_serials(array(select distinct domain from old_rows));
  return null;
end
$$;

comment on function unified.settle_new_records() is 'Trigger: records came into their zones.';
comment on function unified.settle_changed_records() is 'Trigger: records changed, or moved between zones.';
comment on function unified.settle_removed_records() is 'Trigger: records left their zones.';

-- Called with the zones locked (grow_zone_serials), so two transactions cannot each add
-- what the other must not have.
create function unified.refuse_crowded_cname(record_ids bigint[]) returns void
language plpgsql
as $$
declare
  crowded text;
begin
  select cname.fqdn
  into crowded
  from unified.dns_records as touched
  join unified.dns_records as cname using (domain, name)
  join unified.dns_records as other using (domain, name)
  where touched.id = any(record_ids)
    and cname.record_type = 'CNAME'
    and cname.is_active
    and other.is_active
    and other.id <> cname.id
  limit 1;
  if found then
    raise exception 'a CNAME stands alone on its name: %', crowded
      using errcode = 'check_violation',
            schema = 'unified',
            table = 'dns_records',
            constraint = 'dns_records_record_type_alone',
            hint = 'remove the other records of this name, or the CNAME (RFC 1034 3.6.2)';
  end if;
end
$$;

comment on function unified.refuse_crowded_cname(bigint[]) is 'Fails where a CNAME has company on its name.';

create function unified.dns_text(value text) returns text
language sql immutable parallel safe
return (
  select string_agg(
    '"' || regexp_replace(substr(value, start, 63), '(["\\])', '\\\1', 'g') || '"',
    ' ' order by start
  )
  from generate_series(1, greatest(length(value), 1), 63) as start
);

comment on function unified.dns_text(text) is
  'A TXT value in presentation form: quoted strings of at most 255 octets, be they UTF-8 of 4 octets.';

create function unified.dns_absolute(host text) returns text
language sql immutable parallel safe
return rtrim(host, '.') || '.';

comment on function unified.dns_absolute(text) is 'A whole name with its final dot.';

create function unified.dns_mailbox(address text) returns text
language sql immutable parallel safe
return replace(unified.local_part_of(address), '.', '\.') || '.' || unified.domain_of(address);

comment on function unified.dns_mailbox(text) is
  'An address as a SOA record has it (RFC 1035 3.3.13), without a final dot.';
