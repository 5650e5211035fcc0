-- undoes 047_widen_hash_schemes
alter table unified.user_passwords
  drop constraint user_passwords_hash_scheme_known,
  drop constraint user_passwords_password_hash_format,
  add constraint user_passwords_hash_scheme_known check (
    hash_scheme in ('ARGON2ID', 'BLF-CRYPT', 'SHA512-CRYPT', 'SSHA512', 'SSHA256')
  ),
  add constraint user_passwords_password_hash_format check (
    password_hash ~ '^[^{[:space:]][^[:space:]]*$'
    and length(password_hash) <= 1000
  );
