/** crypt-text — the family of crypt(3) texts, from DES-CRYPT to YESCRYPT.
 *
 * source   crypt(5) */

import { verifyCrypt } from '../crypt/verify.ts';
import type { Scheme } from './scheme.ts';

interface CryptText extends Pick<Scheme, 'name' | 'weak' | 'isAmbiguous' | 'hash'> {
  /** Has a group `rounds` where the text says how many. */
  readonly shape: RegExp;
  readonly maxRounds?: number;
}

export function cryptText({ shape, maxRounds = 0, ...scheme }: CryptText): Scheme {
  function isWellFormed(stored: Buffer): boolean {
    const match = shape.exec(stored.toString('latin1'));
    return match !== null && Number(match.groups?.rounds ?? 0) <= maxRounds;
  }
  return {
    ...scheme,
    encoding: 'text',
    costly: true,
    isWellFormed,
    verify: (password, stored) => (isWellFormed(stored) ? verifyCrypt(password, stored) : 'malformed'),
  };
}
