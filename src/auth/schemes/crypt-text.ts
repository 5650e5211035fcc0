/** crypt-text — the family of crypt(3) texts, from DES-CRYPT to YESCRYPT.
 *
 * source   crypt(5) */

import { verifyCrypt } from '../crypt/verify.ts';
import type { Scheme } from './scheme.ts';

type Groups = Readonly<Record<string, string>>;

interface CryptText extends Pick<Scheme, 'name' | 'weak' | 'isAmbiguous' | 'hash'> {
  /** Has a group `rounds` where the text says how many. */
  readonly shape: RegExp;
  readonly maxRounds?: number;
  /** Bytes of memory, by the groups of `shape`. */
  readonly memoryOf?: (groups: Groups) => number;
}

const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The number that one character stands for. */
export const digit = (character = '.'): number => DIGITS.indexOf(character);

export function cryptText({ shape, maxRounds = 0, memoryOf, ...scheme }: CryptText): Scheme {
  const groupsOf = (stored: Buffer): Groups | undefined => {
    const match = shape.exec(stored.toString('latin1'));
    return match ? (match.groups ?? {}) : undefined;
  };
  function isWellFormed(stored: Buffer): boolean {
    const groups = groupsOf(stored);
    return groups !== undefined && Number(groups.rounds ?? 0) <= maxRounds;
  }
  return {
    ...scheme,
    encoding: 'text',
    costly: true,
    isWellFormed,
    memory: (stored) => memoryOf?.(groupsOf(stored) ?? {}) ?? 0,
    verify: (password, stored) => (isWellFormed(stored) ? verifyCrypt(password, stored) : 'malformed'),
  };
}
