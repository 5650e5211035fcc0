/** bare-digest — the family of digests without salt or parameters, from SHA to LANMAN.
 *
 * source   Dovecot password-scheme.c: hex or base64, told apart by the length
 * security without a salt, equal passwords have equal hashes, found in ready-made tables.
 *          Verified, never made */

import { timingSafeEqual } from 'node:crypto';
import type { Scheme } from './scheme.ts';

interface BareDigest extends Pick<Scheme, 'name' | 'isAmbiguous'> {
  readonly encoding: 'hex' | 'base64';
  readonly digestBytes: number;
  /** Every digest that this password may have: one, unless names are part of it. */
  digests(password: Buffer, names: readonly string[]): readonly Buffer[];
}

export function bareDigest({ digests, ...scheme }: BareDigest): Scheme {
  const isWellFormed = (stored: Buffer): boolean => stored.length === scheme.digestBytes;
  return {
    ...scheme,
    weak: true,
    costly: false,
    isWellFormed,
    verify(password, stored, names = []) {
      if (!isWellFormed(stored)) return 'malformed';
      const matches = digests(password, names).filter((digest) => timingSafeEqual(digest, stored));
      return matches.length > 0 ? 'match' : 'differs';
    },
  };
}
