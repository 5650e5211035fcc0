-- all that the daemon wants to know of an address or a catch-all key, in one question
-- needs: mail_user_states, mail_alias_states
--
-- kind mailbox: value is the path below the mail folder
-- kind alias:   value is a destination, in the order of `sort`; allowed_senders is who may write to it
--
-- A recipient whose mail is passed on has no mailbox here: his address is another host's.

create view unified.lookup_addresses as
select
  m.email as address,
  'mailbox' as kind,
  unified.mailbox_path(m.email) as value,
  m.username as login,
  m.is_usable,
  m.changes_at,
  0::bigint as sort,
  null as allowed_senders
from unified.mail_user_states as m
where not m.is_relayed

union all
select
  a.alias_email,
  'alias',
  a.destination_email,
  null,
  a.is_usable,
  a.changes_at,
  a.id,
  a.allowed_senders
from unified.mail_alias_states as a;

comment on view unified.lookup_addresses is
  'For the daemon: mailbox and aliases of an address. changes_at: when time alone changes the row.';

select unified.grant_select('lookup_addresses', 'dovetail_lookup');
