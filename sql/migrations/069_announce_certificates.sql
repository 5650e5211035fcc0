-- 069_announce_certificates
-- purpose:  the certificate for a name that a client asks for, found by an index and served anew at a change
-- locks:    share on unified.certificates while the index is built
-- breaking: no
-- loses:    nothing; until it is done again, daemons serve a changed certificate from memory for ten minutes

create index idx_certificates_domain_subject_alt_names
on unified.certificates using gin (array_append(subject_alt_names, domain));

create function unified.forget_certificates() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  names text[];
begin
  if tg_op in ('INSERT', 'UPDATE') then
    select array_agg(name)
    into names
    from (
      select distinct unnest(array_append(subject_alt_names, domain)) as name
      from new_rows
      limit 501
    ) as named;
  end if;
  if tg_op in ('UPDATE', 'DELETE') then
    select coalesce(names, '{}') || array_agg(name)
    into names
    from (
      select distinct unnest(array_append(subject_alt_names, domain)) as name
      from old_rows
      limit 501
    ) as named;
  end if;
  perform unified.announce_changes(names);
  return null;
end
$$;

comment on function unified.forget_certificates() is 'Trigger on certificates: the names of which another one may be served now.';

create trigger certificates_forget_insert
after insert on unified.certificates
referencing new table as new_rows
for each statement execute function unified.forget_certificates();

create trigger certificates_forget_update
after update on unified.certificates
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_certificates();

create trigger certificates_forget_delete
after delete on unified.certificates
referencing old table as old_rows
for each statement execute function unified.forget_certificates();

create trigger certificates_forget_truncate
after truncate on unified.certificates
for each statement execute function unified.forget_everything();

revoke execute on function unified.forget_certificates() from public;
