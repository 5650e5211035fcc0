/** salted-sha — the family of SSHA256 and SSHA512: digest(password + salt), then the salt.
 *
 * source   RFC 2307 userPassword with {SSHA}; Dovecot password-scheme.c ssha512_verify
 * security one fast digest: guessed in billions a second once stolen. Verified, never made */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scheme } from './scheme.ts';

export function saltedSha(name: string, algorithm: 'sha256' | 'sha512', digestBytes: number): Scheme {
  const isWellFormed = (stored: Buffer): boolean => stored.length >= digestBytes;
  return {
    name,
    encoding: 'base64',
    costly: false,
    isWellFormed,
    verify(password, stored) {
      if (!isWellFormed(stored)) return 'malformed';
      const salt = stored.subarray(digestBytes);
      const digest = createHash(algorithm).update(password).update(salt).digest();
      return timingSafeEqual(digest, stored.subarray(0, digestBytes)) ? 'match' : 'differs';
    },
  };
}
