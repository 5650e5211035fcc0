-- are the files of the certificates what they should be?

create view unified.certificate_file_status as
select
  f.id,
  f.certificate_id,
  c.domain,
  f.file_type,
  f.file_path,
  f.file_size,
  f.file_checksum,
  f.file_permissions,
  f.last_verified,
  f.verification_status,
  f.verification_error
from unified.certificate_files as f
join unified.certificates as c on c.id = f.certificate_id;

comment on view unified.certificate_file_status is 'For people and monitoring: one row a file.';

select unified.grant_select('certificate_file_status', 'dovetail_admin');
