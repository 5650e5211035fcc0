-- undoes 017_create_certificates_indexes
drop index unified.idx_certificates_domain;
drop index unified.idx_certificates_not_after;
drop index unified.idx_certificates_subject_alt_names;
drop index unified.idx_certificates_created_by;
