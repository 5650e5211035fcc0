/** pbkdf2-text — what the schemes with PBKDF2 share.
 *
 * source   RFC 8018 5.2
 * limits   5,000,000 rounds of all blocks of the key together (some 5 s); a key as long as its digest,
 *          or as the text says: one that was cut short would match too */

import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { decodeBase64 } from '../base64.ts';
import { endsInNul } from '../digests/hmac-key.ts';
import type { Scheme } from './scheme.ts';

export type Digest = 'sha1' | 'sha256' | 'sha512';

export interface Derived {
  readonly digest: Digest;
  readonly rounds: number;
  readonly salt: Buffer;
  readonly key: Buffer;
  /** How many bytes the key has, where the text says it. */
  readonly length?: number;
}

const BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;
const MAX_ROUNDS = 5_000_000;
const derive = promisify(pbkdf2);

/** `read` finds the parts in a stored text. */
export function pbkdf2Text(name: string, read: (text: string) => Derived | undefined): Scheme {
  function parse(stored: Buffer): Derived | undefined {
    const derived = read(stored.toString('latin1'));
    if (!derived) return undefined;
    const { digest, rounds, key, length = BYTES[digest] } = derived;
    const blocks = Math.ceil(length / BYTES[digest]);
    return key.length === length && rounds * blocks <= MAX_ROUNDS ? derived : undefined;
  }
  return {
    name,
    encoding: 'text',
    weak: false,
    costly: true,
    isWellFormed: (stored) => parse(stored) !== undefined,
    async verify(password, stored) {
      const parsed = parse(stored);
      if (!parsed) return 'malformed';
      if (endsInNul(password)) return 'differs';
      const { digest, rounds, salt, key } = parsed;
      const own = await derive(password, salt, rounds, key.length, digest);
      return timingSafeEqual(own, key) ? 'match' : 'differs';
    },
  };
}

const NAMED = /^(?<rounds>[1-9]\d{0,6})\$(?<salt>[A-Za-z\d+/.]+={0,2})\$(?<key>[A-Za-z\d+/.]+={0,2})$/;

/** `rounds$salt$key` in base64; the digest is in the scheme's name. */
export function namedPbkdf2(name: string, digest: Digest): Scheme {
  return pbkdf2Text(name, (text) => {
    const { rounds, salt = '', key = '' } = NAMED.exec(text)?.groups ?? {};
    return derivedFrom(digest, rounds, decodeBase64(salt), decodeBase64(key));
  });
}

export const derivedFrom = (
  digest: Digest,
  rounds: string | undefined,
  salt: Buffer | undefined,
  key: Buffer | undefined,
): Derived | undefined =>
  rounds !== undefined && salt && key ? { digest, rounds: Number(rounds), salt, key } : undefined;
