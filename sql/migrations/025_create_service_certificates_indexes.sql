-- 025_create_service_certificates_indexes
-- purpose:  the services of a name; services that are not well
-- locks:    share on unified.service_certificates while building
-- breaking: no
-- loses:    nothing

-- The names of a service are found through service_certificates_service_name_domain_unique.

create index idx_service_certificates_domain
on unified.service_certificates (domain);

create index idx_service_certificates_health_status
on unified.service_certificates (health_status)
where is_active and health_status <> 'healthy';
