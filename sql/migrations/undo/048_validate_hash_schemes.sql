-- undoes 048_validate_hash_schemes
alter table unified.user_passwords
  drop constraint user_passwords_hash_scheme_known,
  drop constraint user_passwords_password_hash_format,
  add constraint user_passwords_hash_scheme_known check (
    hash_scheme in (
      'ARGON2ID', 'ARGON2I', 'ARGON2D', 'ARGON2', 'SCRYPT', 'YESCRYPT', 'BLF-CRYPT', 'BCRYPT-SHA256',
      'PBKDF2', 'PBKDF2-SHA1', 'PBKDF2-SHA256', 'PBKDF2-SHA512',
      'CRYPT', 'SHA512-CRYPT', 'SHA256-CRYPT', 'SHA1-CRYPT', 'MD5-CRYPT', 'DES-CRYPT', 'BSDI-CRYPT',
      'SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'HMAC-MD5', 'DIGEST-MD5', 'OTP', 'SKEY', 'RPA', 'NTLM', 'LANMAN',
      'SSHA512', 'SSHA256', 'SSHA', 'SMD5', 'SHA512', 'SHA256', 'SHA1', 'SHA', 'MD5', 'LDAP-MD5', 'PLAIN-MD5', 'PLAIN-MD4',
      'PLAIN', 'CLEAR', 'CLEARTEXT', 'PLAIN-TRUNC'
    )
  ) not valid,
  add constraint user_passwords_password_hash_format check (
    length(password_hash) between 1 and 1000
    and password_hash !~ '[\u0001-\u001f\u007f-\u009f]'
    and (password_hash ~ '^[^{[:space:]]' or hash_scheme in ('PLAIN', 'CLEAR', 'CLEARTEXT'))
    and (
      password_hash !~ '[[:space:]]'
      or hash_scheme in ('PLAIN', 'CLEAR', 'CLEARTEXT', 'PLAIN-TRUNC', 'OTP', 'SKEY')
    )
  ) not valid;
