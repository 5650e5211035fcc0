-- 019_create_certificate_files_indexes
-- purpose:  files that are not what they should be; files that wait for verification
-- locks:    share on unified.certificate_files while building
-- breaking: no
-- loses:    nothing

-- The files of a certificate are found through certificate_files_certificate_id_file_type_unique.

create index idx_certificate_files_verification_status
on unified.certificate_files (verification_status)
where verification_status <> 'valid';

create index idx_certificate_files_last_verified
on unified.certificate_files (last_verified);
