-- by which names is a user known?
--
-- `name` is the login name, and the address where that is another, by which LMTP asks.
-- `username` is the login name, the one name by which the servers shall know him. Whether he
-- may use mail is not said here: see mail_user_states.

create view unified.mail_logins as
select
  username as name,
  username,
  domain,
  home_directory,
  system_uid,
  system_gid,
  mailbox_format,
  id as user_id
from unified.users

union all
select
  email,
  username,
  domain,
  home_directory,
  system_uid,
  system_gid,
  mailbox_format,
  id
from unified.users
where email <> username;

comment on view unified.mail_logins is 'Every name of every user, whether or not he may use mail.';
