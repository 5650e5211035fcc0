-- does each service present a good certificate for each name?

create view unified.service_certificate_status as
select
  s.id,
  s.service_name as service,
  s.domain,
  s.certificate_type,
  s.ssl_enabled,
  s.is_active,
  s.last_updated,
  s.last_reload,
  s.last_reload is not null and s.last_updated > s.last_reload as needs_reload,
  s.last_health_check,
  s.health_status,
  s.health_error
from unified.service_certificates as s;

comment on view unified.service_certificate_status is 'For monitoring: one row a service and name.';

select unified.grant_select('service_certificate_status', 'dovetail_admin');
