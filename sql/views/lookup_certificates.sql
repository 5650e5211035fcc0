-- which certificates may be served for a name, and where are their files?
--
-- Asked for by `names && array['mail.example.org', '*.example.org']`. Not one that is switched off, which is
-- how a revoked one is taken out of service, not one that is not valid now, and none of a staging CA.
-- For the daemon alone: who may not serve a key need not know where it lies.

create view unified.lookup_certificates as
select
  c.id,
  array_append(c.subject_alt_names, c.domain) as names,
  c.private_key_path,
  coalesce(c.fullchain_path, c.certificate_path) as certificate_path,
  case when c.fullchain_path is null then c.chain_path end as chain_path,
  c.not_after,
  c.not_after as changes_at
from unified.certificates as c
where c.is_active
  and not c.acme_staging
  and c.private_key_path is not null
  and coalesce(c.fullchain_path, c.certificate_path) is not null
  and (c.not_before is null or c.not_before <= now())
  and (c.not_after is null or c.not_after > now());

comment on view unified.lookup_certificates is 'For the daemon: the certificates that may be served for a name.';

select unified.grant_select('lookup_certificates', 'dovetail_daemon');
