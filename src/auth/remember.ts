/** remember — which passwords were right just now, so that the twenty connections of one mail
 * client cost one argon2.
 *
 * security what is kept is a hash of the password behind a key of its credential, itself a hash of a key of this
 *          process, the credential's id and its stored hash: a changed hash never finds it, and memory shows no
 *          password. It is no HMAC, which costs
 *          three times as much: that guards against who sees a hash and lengthens it, and these nobody sees.
 *          An entry ends a fixed time after the real verification, however often it is used */

import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, type Instant, type Milliseconds, minutes } from '../base/clock.ts';
import { madeOnce } from '../base/made-once.ts';

export interface Credential {
  /** `user_passwords.id`. */
  readonly id: string;
  /** `{SCHEME}text`. */
  readonly hash: string;
}

export interface Remembered {
  /** The name under which this credential and password are kept; says nothing of either. */
  tagOf(credential: Credential, password: string): string;
  has(tag: string): boolean;
  add(tag: string): void;
}

export interface RememberOptions {
  /** 32 random bytes, new in each process, never stored. */
  readonly key: Buffer;
  readonly clock: Clock;
  readonly maxEntries?: number;
  readonly keepFor?: Milliseconds;
}

export function createRemembered(options: RememberOptions): Remembered {
  const { clock, maxEntries = 20_000, keepFor = minutes(10) } = options;
  // As text, all that is hashed is one string: to put buffers together costs as much as the hash.
  const key = options.key.toString('base64');
  const until = new LRUCache<string, Instant>({ max: maxEntries });
  // Neither holds a NUL, so no other two texts give the same bytes. Once for each that the cache keeps: stored hashes
  // are long, and so what is hashed at each login is short.
  const keyOf = madeOnce(({ id, hash: stored }: Credential) =>
    hash('sha256', `${key}${id}\0${stored}`, 'base64'),
  );
  return {
    // All keys have the same length.
    tagOf: (credential, password) => hash('sha256', keyOf(credential) + password, 'base64'),
    has: (tag) => (until.get(tag) ?? Number.NEGATIVE_INFINITY) > clock.now(),
    add: (tag) => void until.set(tag, clock.now() + keepFor),
  };
}
