-- undoes 022_create_certificate_renewals
drop table unified.certificate_renewals;
