-- undoes 016_create_certificates
drop table unified.certificates;
