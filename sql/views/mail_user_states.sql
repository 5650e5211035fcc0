-- who may use mail, who may not, and until when that is so
--
-- The one place that says what "may use mail" means; every other view builds on it. Active,
-- not locked, no `no_email` role in force, and the domain is active and has mailboxes. Of a
-- domain whose mail is passed on, a user is a known recipient (is_relayed) and has no mailbox here.

create view unified.mail_user_states as
select
  u.id as user_id,
  u.username,
  u.email,
  u.domain,
  u.home_directory,
  u.system_uid,
  u.system_gid,
  u.mailbox_format,
  u.is_active
    and not u.is_locked
    and d.is_active
    and d.domain_type in ('virtual', 'alias')
    and not exists (
      select
      from unified.user_roles as r
      where r.user_id = u.id
        and r.role_name = 'no_email'
        and r.is_active
        and (r.expires_at is null or r.expires_at > now())
    ) as is_usable,
  u.is_active
    and not u.is_locked
    and d.is_active
    and d.domain_type in ('relay', 'backup') as is_relayed,
  (
    select min(r.expires_at)
    from unified.user_roles as r
    where r.user_id = u.id
      and r.role_name = 'no_email'
      and r.is_active
      and r.expires_at > now()
  ) as changes_at,
  d.default_user_quota_bytes
from unified.users as u
join unified.mail_domains as d on d.domain = u.domain;

comment on view unified.mail_user_states is
  'Each mailbox user, and whether he may use mail. changes_at: when time alone changes that.';
