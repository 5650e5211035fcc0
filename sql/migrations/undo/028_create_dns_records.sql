-- undoes 028_create_dns_records
drop table unified.dns_records;
