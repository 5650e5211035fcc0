-- 039_create_domain_and_grant_triggers
-- purpose:  what 032 does for the other tables, for mail_domains and sender_grants
-- locks:    share row exclusive on the two tables, for a moment
-- breaking: no
-- loses:    nothing; until it is done again, changes leave no events and timestamps stand still

create trigger mail_domains_touch
before update on unified.mail_domains
for each row execute function unified.touch_updated_at();

create trigger sender_grants_touch
before update on unified.sender_grants
for each row execute function unified.touch_updated_at();

create function unified.record_domain_events() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    insert into unified.mailbox_events (event_type, domain, event_data)
    select 'domain_changed', domain, jsonb_build_object('domain_type', domain_type, 'change', 'added')
    from new_rows;
  elsif tg_op = 'DELETE' then
    insert into unified.mailbox_events (event_type, domain, event_data)
    select 'domain_changed', domain, jsonb_build_object('domain_type', domain_type, 'change', 'removed')
    from old_rows;
  else
    insert into unified.mailbox_events (event_type, domain, event_data)
    select
      'domain_changed', n.domain,
      jsonb_build_object('domain_type', n.domain_type, 'is_active', n.is_active, 'change', 'changed')
    from old_rows as o
    join new_rows as n using (id)
    where to_jsonb(o) - array['updated_at', 'description']
      is distinct from to_jsonb(n) - array['updated_at', 'description'];
  end if;
  return null;
end
$$;

comment on function unified.record_domain_events() is 'Trigger: domain_changed.';

create trigger mail_domains_record_insert
after insert on unified.mail_domains
referencing new table as new_rows
for each statement execute function unified.record_domain_events();

create trigger mail_domains_record_update
after update on unified.mail_domains
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_domain_events();

create trigger mail_domains_record_delete
after delete on unified.mail_domains
referencing old table as old_rows
for each statement execute function unified.record_domain_events();

create trigger sender_grants_record_insert
after insert on unified.sender_grants
referencing new table as new_rows
for each statement execute function unified.record_account_events(
  'sender_changed', '{sender,expires_at}', '{updated_at,description}'
);

create trigger sender_grants_record_update
after update on unified.sender_grants
referencing old table as old_rows new table as new_rows
for each statement execute function unified.record_account_events(
  'sender_changed', '{sender,expires_at}', '{updated_at,description}'
);

create trigger sender_grants_record_delete
after delete on unified.sender_grants
referencing old table as old_rows
for each statement execute function unified.record_account_events(
  'sender_changed', '{sender,expires_at}', '{updated_at,description}'
);
