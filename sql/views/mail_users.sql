-- who may use mail
-- needs: mail_user_states

create view unified.mail_users as
select
  user_id,
  username,
  email,
  domain,
  home_directory,
  system_uid,
  system_gid,
  mailbox_format,
  default_user_quota_bytes
from unified.mail_user_states
where is_usable;

comment on view unified.mail_users is 'Who may use mail.';
