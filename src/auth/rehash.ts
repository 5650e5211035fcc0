/** rehash — stores a password under the preferred scheme after it was right under another.
 *
 * Nobody waits for it: it begins after the answer, and what goes wrong is logged and forgotten;
 * the next login that has to hash brings it up again.
 *
 * security the old hash is replaced only while it is still the stored one: a password that was
 *          changed meanwhile wins
 * limits   not where a match does not tell what the password is (a typing error behind the eighth
 *          byte is right under DES-CRYPT, and would become the password), nor where the new
 *          scheme would not look at all of it, nor past the length that new passwords may have
 * bugs     a hash of the preferred scheme with other parameters stays as it is */

import { later } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { CredentialFacts } from './facts.ts';
import type { HashingQueue } from './hashing.ts';
import type { Maker } from './password.ts';
import type { Scheme } from './schemes/scheme.ts';

/** A password that was right just now. */
export interface Matched {
  readonly credential: CredentialFacts;
  readonly scheme: Scheme;
  /** The stored hash, decoded. */
  readonly bytes: Buffer;
  readonly password: Buffer;
}

export type Rehash = (matched: Matched) => void;

export interface Replacement {
  /** `user_passwords.id`. */
  readonly id: string;
  /** `{SCHEME}text` that is replaced. */
  readonly known: string;
  readonly scheme: string;
  readonly text: string;
}

export interface RehashParts {
  readonly preferred: Maker;
  /** Names of schemes that stay: other mechanisms than PLAIN need them. */
  readonly keep: readonly string[];
  readonly hashing: Pick<HashingQueue, 'runIdle'>;
  /** False where another hash is stored by now. Rejects when the database did not do it. */
  readonly replace: (replacement: Replacement) => Promise<boolean>;
  readonly log: Log;
}

/** Bytes that a new password may have (accounts/reading.ts). */
const MAX_PASSWORD = 256;

export function createRehash({ preferred, keep, hashing, replace, log }: RehashParts): Rehash {
  const underWay = new Set<string>();

  function isWanted({ credential, scheme, bytes, password }: Matched): boolean {
    if (scheme.name === preferred.name || keep.includes(scheme.name)) return false;
    if (password.length > MAX_PASSWORD || password.includes(0) || credential.mustChange) return false;
    return !scheme.isAmbiguous?.(password, bytes) && !preferred.isAmbiguous?.(password, bytes);
  }

  async function rehash({ credential: { id, hash: known }, scheme, password }: Matched): Promise<void> {
    const hash = () => preferred.hash(password);
    const hashed = await hashing.runIdle(hash, preferred.memoryOfNew).catch((e) => later(reasonOf(e)));
    if (hashed.kind === 'later') return log.warn('rehash.skipped', { credential: id, why: hashed.why });
    try {
      const isReplaced = await replace({ id, known, scheme: preferred.name, text: hashed.value });
      if (isReplaced) log.info('rehash.done', { credential: id, from: scheme.name, to: preferred.name });
    } catch (error) {
      log.warn('rehash.skipped', { credential: id, why: reasonOf(error) });
    }
  }

  return (matched) => {
    const { id } = matched.credential;
    if (!isWanted(matched) || underWay.has(id)) return;
    underWay.add(id);
    // The answer goes out first.
    setImmediate(() => void rehash(matched).finally(() => underWay.delete(id)));
  };
}
