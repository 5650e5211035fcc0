-- undoes 018_create_certificate_files
drop table unified.certificate_files;
