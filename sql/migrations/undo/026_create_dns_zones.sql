-- undoes 026_create_dns_zones
drop table unified.dns_zones;
