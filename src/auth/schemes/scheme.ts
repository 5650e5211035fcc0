/** scheme — what a password hash scheme must offer; one file a scheme beside this one.
 *
 * source   Dovecot password-scheme.c: `{NAME}text`, names in any letter case
 * security a comparison takes the same time wherever the first difference is
 * bugs     a stored hash over the limits in a scheme's header is `malformed`: one that takes
 *          minutes to verify would hold a core for each attempt */

import type { Soon } from '../../base/answer.ts';

/** `malformed`: the stored text is no hash of this scheme, so nothing is known of the password. */
export type Verdict = 'match' | 'differs' | 'malformed';

export interface Scheme {
  /** Dovecot's name in upper case, as in `user_passwords.hash_scheme`. */
  readonly name: string;
  /** How the stored text carries bytes: `text` is itself, as crypt(3) writes it, and `phrase` too,
   * but in UTF-8 and with spaces. */
  readonly encoding: 'text' | 'phrase' | 'base64' | 'hex';
  /** Of digests without parameters: as many bytes as each has. Their text may be hex or base64,
   * whatever `encoding` says. */
  readonly digestBytes?: number;
  /** Quickly guessed once stolen: its owner should have another. */
  readonly weak: boolean;
  /** Costs milliseconds: wait in the queue of hashing.ts. The others answer at once. */
  readonly costly: boolean;
  /** Whether `stored` (decoded bytes) has this scheme's shape and is within its limits. */
  isWellFormed(stored: Buffer): boolean;
  /** Compares a password with `stored` (decoded bytes). `names` are those of the login, where a
   * name is part of what was hashed. Never throws and never rejects. */
  verify(password: Buffer, stored: Buffer, names?: readonly string[]): Soon<Verdict>;
  /** How many bytes of memory a comparison with `stored` (decoded bytes) takes; without it next to none. */
  memory?(stored: Buffer): number;
  /** Whether other passwords match the same hash by design (only 8 bytes count, letter case does
   * not): then a match does not tell what the password is. */
  isAmbiguous?(password: Buffer, stored: Buffer): boolean;
  /** The stored text of a new hash, without `{NAME}`; only where we make hashes of this scheme. */
  hash?(password: Buffer): Promise<string>;
  /** How many bytes of memory `hash` takes; without it next to none. */
  readonly memoryOfNew?: number;
}
