/** plain-views — what the views of Postfix and Dovecot mean, said with joins and subqueries alone, on the
 * base views that say what works and who may use mail.
 *
 * The views themselves say it so that one question is planned in a fraction of the time. */

/** View → its rows. */
export const PLAIN: Readonly<Record<string, string>> = {
  postfix_virtual_alias_maps: `
    -- aliases; not where a mailbox of that address is shut, and not the catch-all of an alias domain
    select
      a.alias_email as address,
      a.destination_email as destination
    from unified.mail_alias_states as a
    where a.is_usable
      and not exists (
        select
        from unified.mail_user_states as m
        where m.email = a.alias_email
          and not m.is_usable
          and not m.is_relayed
      )
      and not (
        a.is_catch_all
        and exists (
          select
          from unified.mail_domains as d
          where d.domain = a.alias_domain
            and d.domain_type = 'alias'
        )
      )

    union all
    -- alias domains: the same local part in the target
    select
      d.catch_all,
      '@' || d.target_domain
    from unified.mail_domains as d
    join unified.mail_domains as t on t.domain = d.target_domain
    where d.is_active
      and t.is_active

    union all
    -- mailboxes, open or shut, of a domain that catches all
    select
      m.email,
      m.email
    from unified.mail_user_states as m
    where (
        exists (
          select
          from unified.mail_alias_states as c
          where c.alias_email = '@' || m.domain
            and c.is_usable
        )
        or exists (
          select
          from unified.mail_domains as d
          where d.domain = m.domain
            and d.domain_type = 'alias'
        )
      )
      and (
        not (m.is_usable or m.is_relayed)
        or not exists (
          select
          from unified.mail_alias_states as a
          where a.alias_email = m.email
            and a.is_usable
        )
      )

    union all
    -- aliases that do not work, and lead nowhere else, in a domain that catches all
    select
      dead.alias_email,
      dead.alias_email
    from (
      select distinct
        alias_email,
        alias_domain
      from unified.email_aliases
      where not is_catch_all
    ) as dead
    where (
        exists (
          select
          from unified.mail_alias_states as c
          where c.alias_email = '@' || dead.alias_domain
            and c.is_usable
        )
        or exists (
          select
          from unified.mail_domains as d
          where d.domain = dead.alias_domain
            and d.domain_type = 'alias'
        )
      )
      and not exists (
        select
        from unified.mail_alias_states as a
        where a.alias_email = dead.alias_email
          and a.is_usable
      )
      and not exists (
        select
        from unified.users as u
        where u.email = dead.alias_email
      )`,
  postfix_virtual_mailbox_maps: `
    select
      email as address,
      unified.mailbox_path(email) as mailbox
    from unified.mail_users`,
  postfix_smtpd_sender_login_maps: `
    select distinct
      sender,
      login
    from unified.mail_sender_logins
    where is_usable
      and login !~ '[, ]'`,
  dovecot_auth: `
    select
      l.username,
      l.domain,
      l."user",
      p.service,
      p.label,
      '{' || p.hash_scheme || '}' || p.password_hash as password,
      p.hash_scheme as scheme,
      p.expires_at,
      p.must_change_on_next_login as must_change,
      l.user_id,
      p.id as password_id,
      p.expires_at as changes_at,
      null as allow_nets
    from unified.lookup_logins as l
    join unified.user_passwords as p on p.user_id = l.user_id
    where l.is_usable
      and p.service in ('dovecot', 'imap', 'pop3', 'smtp', 'submission', 'sieve')
      and (p.expires_at is null or p.expires_at > now())`,
  dovecot_users: `
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
    where l.is_usable`,
};
