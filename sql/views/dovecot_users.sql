-- where is this mailbox, and how large may it be? (Dovecot userdb)
-- needs: mail_logins, mail_user_states
--
-- 2.3:  user_query = SELECT "user", home, uid, gid, mail, \
--         '*:bytes=' || quota_bytes AS quota_rule FROM unified.dovecot_users WHERE username = '%u'
-- 2.4:  mail_driver, mail_path, quota_bytes AS quota_storage_size
--
-- quota_bytes null is unlimited: the user's own limit, else his domain's default.
--
-- Subqueries and no joins: a column that nobody asks for is not even planned.

create view unified.dovecot_users as
select
  l.name as username,
  l.domain,
  l.username as "user",
  l.home_directory as home,
  l.system_uid as uid,
  l.system_gid as gid,
  l.mailbox_format,
  l.mailbox_format || ':' || folder.path as mail,
  l.mailbox_format as mail_driver,
  folder.path as mail_path,
  (
    select case
      when q.id is null or q.follows_domain then d.default_user_quota_bytes
      else unified.quota_base_units(q.quota_value, q.quota_unit)
    end
    from unified.mail_domains as d
    left join unified.user_quotas as q
      on q.user_id = l.user_id
      and q.service = 'dovecot'
      and q.quota_type = 'storage'
    where d.domain = l.domain
  ) as quota_bytes,
  (
    select unified.quota_base_units(q.quota_value, q.quota_unit)
    from unified.user_quotas as q
    where q.user_id = l.user_id
      and q.service = 'dovecot'
      and q.quota_type = 'messages'
  ) as quota_messages,
  l.user_id,
  (
    select m.changes_at
    from unified.mail_user_states as m
    where m.user_id = l.user_id
  ) as changes_at
from unified.mail_logins as l
cross join lateral (
  select case l.mailbox_format
    when 'mbox' then '~/mail'
    when 'maildir' then '~/Maildir'
    else '~/' || l.mailbox_format
  end as path
) as folder
where unified.may_use_mail(l.user_id);

comment on view unified.dovecot_users is 'Dovecot userdb: the mailbox of a login name or address.';

select unified.grant_select('dovecot_users', 'dovetail_lookup');
