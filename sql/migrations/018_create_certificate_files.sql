-- 018_create_certificate_files
-- purpose:  the files of a certificate and whether they still are what they were
-- locks:    none (new table)
-- breaking: no
-- loses:    checksums and results of verification (not the files)

create table unified.certificate_files (
  id bigint generated always as identity,
  certificate_id bigint not null,
  file_type text not null,
  file_path text not null,
  file_size bigint,
  file_checksum text,
  file_permissions text,
  last_verified timestamptz,
  verification_status text not null default 'unverified',
  verification_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint certificate_files_pkey primary key (id),
  constraint certificate_files_certificate_id_file_type_unique unique (certificate_id, file_type),
  constraint fk_certificate_files_certificates_certificate_id
    foreign key (certificate_id) references unified.certificates (id) on delete cascade,

  constraint certificate_files_file_type_known check (
    file_type in ('certificate', 'private_key', 'chain', 'fullchain', 'csr', 'account_key')
  ),
  constraint certificate_files_file_path_relative check (file_path !~ '^/|(^|/)\.\.(/|$)'),
  constraint certificate_files_file_size_positive check (file_size >= 0),
  constraint certificate_files_file_checksum_format check (file_checksum ~ '^[0-9a-f]{64}$'),
  constraint certificate_files_file_permissions_format check (file_permissions ~ '^0?[0-7]{3}$'),
  constraint certificate_files_verification_status_known check (
    verification_status in ('unverified', 'valid', 'missing', 'changed', 'unreadable', 'invalid')
  )
);

comment on table unified.certificate_files is 'The files of a certificate and whether they still are what they were.';
comment on column unified.certificate_files.file_checksum is 'SHA-256, hexadecimal.';
comment on column unified.certificate_files.file_permissions is 'Octal, as chmod takes them: 0640.';
comment on column unified.certificate_files.file_size is 'Bytes.';
