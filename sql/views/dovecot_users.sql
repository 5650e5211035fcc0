-- where is this mailbox, and how large may it be? (Dovecot userdb)
-- needs: lookup_logins
--
-- 2.3:  user_query = SELECT "user", home, uid, gid, mail, \
--         '*:bytes=' || quota_bytes AS quota_rule FROM unified.dovecot_users WHERE username = '%u'
--       iterate_query = SELECT DISTINCT "user" FROM unified.dovecot_users
-- 2.4:  mail_driver, mail_path, quota_bytes AS quota_storage_size
--
-- quota_bytes null is unlimited: the user's own limit, else his domain's default.

create view unified.dovecot_users as
select
  l.username,
  l.domain,
  l."user",
  u.home_directory as home,
  u.system_uid as uid,
  u.system_gid as gid,
  u.mailbox_format,
  u.mailbox_format || ':' || folder.path as mail,
  u.mailbox_format as mail_driver,
  folder.path as mail_path,
  case
    when storage.id is null or storage.follows_domain then d.default_user_quota_bytes
    else unified.quota_base_units(storage.quota_value, storage.quota_unit)
  end as quota_bytes,
  unified.quota_base_units(messages.quota_value, messages.quota_unit) as quota_messages,
  l.user_id,
  l.changes_at
from unified.lookup_logins as l
join unified.users as u on u.id = l.user_id
join unified.mail_domains as d on d.domain = u.domain
cross join lateral (
  select case u.mailbox_format
    when 'mbox' then '~/mail'
    when 'maildir' then '~/Maildir'
    else '~/' || u.mailbox_format
  end as path
) as folder
left join unified.user_quotas as storage
  on storage.user_id = l.user_id
  and storage.service = 'dovecot'
  and storage.quota_type = 'storage'
left join unified.user_quotas as messages
  on messages.user_id = l.user_id
  and messages.service = 'dovecot'
  and messages.quota_type = 'messages'
where l.is_usable;

comment on view unified.dovecot_users is 'Dovecot userdb: the mailbox of a login name or address.';

select unified.grant_select('dovecot_users', 'dovetail_lookup');
