-- of what is the salt made that is shown for a name that nobody has?
--
-- For the daemon alone: who knows it tells by a salt which names exist.

create view unified.lookup_salt_secret as
select s.secret
from unified.salt_secrets as s;

comment on view unified.lookup_salt_secret is 'For the daemon: the secret of the salts for nobody.';

select unified.grant_select('lookup_salt_secret', 'dovetail_daemon');
