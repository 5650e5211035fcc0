-- undoes 024_create_service_certificates
drop table unified.service_certificates;
