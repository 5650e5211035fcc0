-- 017_create_certificates_indexes
-- purpose:  the certificate of a name; what expires next; what a user made
-- locks:    share on unified.certificates while building
-- breaking: no
-- loses:    nothing

create index idx_certificates_domain
on unified.certificates (domain);

create index idx_certificates_not_after
on unified.certificates (not_after)
where is_active;

create index idx_certificates_subject_alt_names
on unified.certificates using gin (subject_alt_names);

create index idx_certificates_created_by
on unified.certificates (created_by)
where created_by is not null;
