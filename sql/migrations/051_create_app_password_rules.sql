-- 051_create_app_password_rules
-- purpose:  who must use app passwords for mail: a user, everybody of a domain, who has a role
-- locks:    none (new table)
-- breaking: no
-- loses:    every such rule

create table unified.app_password_rules (
  id bigint generated always as identity,
  user_id bigint,
  domain text,
  role_name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint app_password_rules_pkey primary key (id),
  constraint app_password_rules_user_id_unique unique (user_id),
  constraint app_password_rules_domain_unique unique (domain),
  constraint app_password_rules_role_name_unique unique (role_name),
  constraint fk_app_password_rules_users_user_id
    foreign key (user_id) references unified.users (id) on delete cascade,
  constraint fk_app_password_rules_mail_domains_domain
    foreign key (domain) references unified.mail_domains (domain) on update cascade on delete cascade,
  constraint app_password_rules_user_id_single check (num_nonnulls(user_id, domain, role_name) = 1)
);

comment on table unified.app_password_rules is
  'Whose plain password (service dovecot, no label) opens no mail: only app passwords do.';
comment on column unified.app_password_rules.role_name is 'Everybody who has this role now.';

create trigger app_password_rules_touch
before update on unified.app_password_rules
for each row execute function unified.touch_updated_at();

-- Rules are few and change rarely: not worth telling whom one is about.
create trigger app_password_rules_forget
after insert or update or delete or truncate on unified.app_password_rules
for each statement execute function unified.forget_everything();

create function unified.needs_app_password(user_id bigint) returns boolean
language plpgsql stable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return exists (
    select
    from unified.app_password_rules as a
    where a.user_id = needs_app_password.user_id
  ) or exists (
    select
    from unified.users as u
    join unified.app_password_rules as a on a.domain = u.domain
    where u.id = needs_app_password.user_id
  ) or exists (
    select
    from unified.user_roles as r
    join unified.app_password_rules as a on a.role_name = r.role_name
    where r.user_id = needs_app_password.user_id
      and r.is_active
      and (r.expires_at is null or r.expires_at > now())
  );
end
$$;

comment on function unified.needs_app_password(bigint) is 'Whether the plain password of this user opens no mail.';

revoke execute on function unified.needs_app_password(bigint) from public;

do $$
declare
  reader text;
begin
  -- What views call runs with the rights of whoever reads the view.
  foreach reader in array array['dovetail_lookup', 'dovetail_daemon', 'dovetail_admin'] loop
    perform unified.grant_to(reader, 'execute on function unified.needs_app_password(bigint)');
  end loop;
end
$$;
select unified.grant_to('dovetail_admin', 'select, insert, update, delete on unified.app_password_rules');
