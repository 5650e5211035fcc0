-- which certificate ends when, and does its renewal work?

create view unified.certificate_status as
select
  c.id,
  c.domain,
  c.certificate_type,
  c.subject_alt_names,
  c.issuer,
  c.not_before,
  c.not_after,
  remaining.time_left,
  floor(extract(epoch from remaining.time_left) / 86400)::integer as days_left,
  case
    when c.not_after <= now() then 'expired'
    when c.not_after < now() + interval '7 days' then 'critical'
    when c.not_after < now() + interval '30 days' then 'warning'
    when c.not_after is not null then 'valid'
  end as expiry_status,
  c.certificate_path,
  c.private_key_path,
  c.chain_path,
  c.fullchain_path,
  c.is_active,
  c.auto_renew,
  c.renewal_attempts,
  c.last_renewal_attempt,
  c.last_renewal_success,
  c.renewal_error_message,
  (
    select count(*)
    from unified.certificate_renewals as r
    where r.certificate_id = c.id
      and r.created_at > now() - interval '30 days'
      and not r.success
  ) as recent_failed_renewals
from unified.certificates as c
cross join lateral (
  -- PostgreSQL 15 fails to subtract from infinity, and would fail for every certificate.
  select case when isfinite(c.not_after) then c.not_after - now() end as time_left
) as remaining;

comment on view unified.certificate_status is
  'For people and monitoring. expiry_status: expired, critical under 7 days, warning under 30, valid; null is unknown.';

select unified.grant_select('certificate_status', 'dovetail_admin');
