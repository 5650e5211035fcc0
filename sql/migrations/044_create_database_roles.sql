-- 044_create_database_roles
-- purpose:  least privilege: a role that looks up, the daemon's, and one that changes accounts
-- locks:    none
-- breaking: no
-- loses:    what was granted to the roles; a role that other databases use stays

-- dovetail_lookup  selects from the lookup views, for Postfix and Dovecot without the daemon
-- dovetail_daemon  that, and the functions of 042 and 043
-- dovetail_admin   changes accounts
--
-- None can log in: grant them to the login roles of your site. Where the owner may not
-- create roles this says so and goes on; create them by hand and migrate down and up again
-- past this number, or use the owner.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['dovetail_lookup', 'dovetail_daemon', 'dovetail_admin'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception
        when insufficient_privilege then
          raise notice 'role % is skipped: % may not create roles', wanted, current_user;
        when duplicate_object or unique_violation then
          null;  -- another database of this server was faster
      end;
    end if;
  end loop;
end
$$;

create function unified.grant_to(role_name text, command text) returns void
language plpgsql
as $$
begin
  if exists (select from pg_roles where rolname = role_name) then
    execute format('grant %s to %I', command, role_name);
  else
    raise notice 'nothing granted to %: there is no such role', role_name;
  end if;
end
$$;

comment on function unified.grant_to(text, text) is 'GRANT, where the role exists; else a notice.';

create function unified.grant_select(view_name text, role_name text) returns void
language plpgsql
as $$
begin
  perform unified.grant_to(role_name, format('select on unified.%I', view_name));
  -- Whoever may look up, the daemon and the admin may too.
  if role_name = 'dovetail_lookup' then
    perform unified.grant_to('dovetail_daemon', format('select on unified.%I', view_name));
    perform unified.grant_to('dovetail_admin', format('select on unified.%I', view_name));
  end if;
end
$$;

comment on function unified.grant_select(text, text) is 'The last line of each view''s file.';

-- A function can be run by everybody unless that is taken away.
revoke execute on all functions in schema unified from public;

do $$
declare
  looked_up text;
  pure text := 'unified.domain_of(text), unified.local_part_of(text), unified.mailbox_path(text), '
    'unified.quota_unit_size(text), unified.quota_base_units(numeric, text), '
    'unified.dns_text(text), unified.dns_absolute(text), unified.dns_mailbox(text)';
begin
  -- What views call runs with the rights of whoever reads the view.
  foreach looked_up in array array['dovetail_lookup', 'dovetail_daemon', 'dovetail_admin'] loop
    perform unified.grant_to(looked_up, 'usage on schema unified');
    perform unified.grant_to(looked_up, 'execute on function ' || pure);
  end loop;
end
$$;

select unified.grant_to('dovetail_daemon', 'execute on function '
  'unified.record_logins(bigint[], timestamptz[]), '
  'unified.record_failed_logins(bigint[], timestamptz[]), '
  'unified.record_usage(text[], text[], bigint[]), '
  'unified.record_event(text, text, jsonb), '
  'unified.record_audit(jsonb), '
  'unified.create_audit_partitions(integer)');

select unified.grant_to('dovetail_admin', 'select, insert, update, delete on '
  'unified.users, unified.user_passwords, unified.user_roles, unified.user_quotas, unified.email_aliases, '
  'unified.mail_domains, unified.sender_grants, unified.dns_zones, unified.dns_records, '
  'unified.certificates, unified.certificate_files, unified.certificate_renewals, '
  'unified.service_certificates');
select unified.grant_to('dovetail_admin', 'select, insert on unified.audit_log');
select unified.grant_to('dovetail_admin', 'select on unified.mailbox_events, unified.certificate_notifications');
-- Triggers that run as whoever makes the change.
select unified.grant_to('dovetail_admin', 'execute on function '
  'unified.serial_grows(bigint, bigint), unified.next_zone_serial(bigint, date), '
  'unified.try_notify(text, text), unified.announce_everything()');
