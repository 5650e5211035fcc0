/** salted-digest — the family of SMD5, SSHA, SSHA256 and SSHA512: digest(password + salt), then the salt.
 *
 * source   RFC 2307 userPassword with {SSHA}; Dovecot password-scheme.c ssha512_verify
 * security one fast digest: guessed in billions a second once stolen. Verified, never made */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scheme } from './scheme.ts';

type Algorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

export function saltedDigest(name: string, algorithm: Algorithm, bytes: number): Scheme {
  const isWellFormed = (stored: Buffer): boolean => stored.length >= bytes;
  return {
    name,
    encoding: 'base64',
    weak: true,
    costly: false,
    isWellFormed,
    verify(password, stored) {
      if (!isWellFormed(stored)) return 'malformed';
      const salt = stored.subarray(bytes);
      const digest = createHash(algorithm).update(password).update(salt).digest();
      return timingSafeEqual(digest, stored.subarray(0, bytes)) ? 'match' : 'differs';
    },
  };
}
