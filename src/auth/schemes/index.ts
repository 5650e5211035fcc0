/** schemes — the family of password hash schemes. A new one is one file and one line here, and
 * its name in the constraint `user_passwords_hash_scheme_known`. */

import { argon2 } from './argon2.ts';
import { argon2d } from './argon2d.ts';
import { argon2i } from './argon2i.ts';
import { argon2id } from './argon2id.ts';
import { bcryptSha256 } from './bcrypt-sha256.ts';
import { blfCrypt } from './blf-crypt.ts';
import { bsdiCrypt } from './bsdi-crypt.ts';
import { clear } from './clear.ts';
import { cleartext } from './cleartext.ts';
import { cramMd5 } from './cram-md5.ts';
import { crypt } from './crypt.ts';
import { desCrypt } from './des-crypt.ts';
import { digestMd5 } from './digest-md5.ts';
import { hmacMd5 } from './hmac-md5.ts';
import { lanman } from './lanman.ts';
import { ldapMd5 } from './ldap-md5.ts';
import { md5 } from './md5.ts';
import { md5Crypt } from './md5-crypt.ts';
import { ntlm } from './ntlm.ts';
import { otp } from './otp.ts';
import { pbkdf2 } from './pbkdf2.ts';
import { pbkdf2Sha1 } from './pbkdf2-sha1.ts';
import { pbkdf2Sha256 } from './pbkdf2-sha256.ts';
import { pbkdf2Sha512 } from './pbkdf2-sha512.ts';
import { plain } from './plain.ts';
import { plainMd4 } from './plain-md4.ts';
import { plainMd5 } from './plain-md5.ts';
import { plainTrunc } from './plain-trunc.ts';
import { rpa } from './rpa.ts';
import type { Scheme } from './scheme.ts';
import { scramSha1 } from './scram-sha-1.ts';
import { scramSha256 } from './scram-sha-256.ts';
import { scrypt } from './scrypt.ts';
import { sha } from './sha.ts';
import { sha1 } from './sha1.ts';
import { sha1Crypt } from './sha1-crypt.ts';
import { sha256 } from './sha256.ts';
import { sha256Crypt } from './sha256-crypt.ts';
import { sha512 } from './sha512.ts';
import { sha512Crypt } from './sha512-crypt.ts';
import { skey } from './skey.ts';
import { smd5 } from './smd5.ts';
import { ssha } from './ssha.ts';
import { ssha256 } from './ssha256.ts';
import { ssha512 } from './ssha512.ts';
import { yescrypt } from './yescrypt.ts';

export const schemes: readonly Scheme[] = [
  argon2,
  argon2d,
  argon2i,
  argon2id,
  bcryptSha256,
  blfCrypt,
  bsdiCrypt,
  clear,
  cleartext,
  cramMd5,
  crypt,
  desCrypt,
  digestMd5,
  hmacMd5,
  lanman,
  ldapMd5,
  md5Crypt,
  md5,
  ntlm,
  otp,
  pbkdf2Sha1,
  pbkdf2Sha256,
  pbkdf2Sha512,
  pbkdf2,
  plainMd4,
  plainMd5,
  plainTrunc,
  plain,
  rpa,
  scramSha1,
  scramSha256,
  scrypt,
  sha,
  sha1Crypt,
  sha1,
  sha256Crypt,
  sha256,
  sha512Crypt,
  sha512,
  skey,
  smd5,
  ssha,
  ssha256,
  ssha512,
  yescrypt,
];
