-- with which secrets are the senders of forwarded mail rewritten?
--
-- For the daemon alone, as lookup_secret_entries. The newest signs.

create view unified.lookup_srs_secrets as
select
  s.id,
  s.secret,
  s.expires_at as changes_at
from unified.srs_secrets as s
where s.expires_at is null or s.expires_at > now();

comment on view unified.lookup_srs_secrets is 'For the daemon: the secrets of sender rewriting that are accepted.';

select unified.grant_select('lookup_srs_secrets', 'dovetail_daemon');
