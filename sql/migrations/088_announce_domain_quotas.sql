-- 088_announce_domain_quotas
-- purpose:  a domain that may hold more, or less, does so at once: daemons forget what they know of its mailboxes' limits
-- locks:    share row exclusive on mail_domains, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, daemons go on for some seconds with the limit that was

-- Facts are remembered by mailbox, and each has its domain's limit in it.
create function unified.forget_domain_quotas() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select
    from old_rows as o
    join new_rows as n using (id)
    where o.quota_bytes is distinct from n.quota_bytes
  ) then
    perform unified.announce_everything();
  end if;
  return null;
end
$$;

comment on function unified.forget_domain_quotas() is
  'Trigger on mail_domains. What all mailboxes of a domain may hold is known beside each of them.';

revoke execute on function unified.forget_domain_quotas() from public;

create trigger mail_domains_forget_quota
after update on unified.mail_domains
referencing old table as old_rows new table as new_rows
for each statement execute function unified.forget_domain_quotas();
