-- 027_create_dns_zones_indexes
-- purpose:  the zones of a kind that are served
-- locks:    share on unified.dns_zones while building
-- breaking: no
-- loses:    nothing

-- A zone is found through dns_zones_domain_unique.

create index idx_dns_zones_zone_type_domain
on unified.dns_zones (zone_type, domain)
where is_active;
