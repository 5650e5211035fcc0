-- 029_create_dns_records_indexes
-- purpose:  the records of a whole name
-- locks:    share on unified.dns_records while building
-- breaking: no
-- loses:    nothing

-- The records of a zone are found through dns_records_domain_name_record_type_value_unique.

create index idx_dns_records_fqdn_record_type
on unified.dns_records (fqdn, record_type);
