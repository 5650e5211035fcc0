-- undoes 029_create_dns_records_indexes
drop index unified.idx_dns_records_fqdn_record_type;
