-- undoes 027_create_dns_zones_indexes
drop index unified.idx_dns_zones_zone_type_domain;
