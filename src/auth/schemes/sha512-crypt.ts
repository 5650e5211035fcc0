/** sha512-crypt — SHA512-CRYPT: crypt(3)'s `$6$`, with or without `rounds=`.
 *
 * source   https://www.akkadia.org/drepper/SHA-crypt.txt
 * limits   1,000 to 5,000,000 rounds (5,000 is usual; the most takes some 5 s) */

import { verifyCrypt } from '../crypt/verify.ts';
import type { Scheme } from './scheme.ts';

const SHAPE = /^\$6\$(?:rounds=(?<rounds>[1-9]\d{3,6})\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}$/;
const MAX_ROUNDS = 5_000_000;

function isWellFormed(stored: Buffer): boolean {
  const match = SHAPE.exec(stored.toString('latin1'));
  return match !== null && Number(match.groups?.rounds ?? 0) <= MAX_ROUNDS;
}

export const sha512Crypt: Scheme = {
  name: 'SHA512-CRYPT',
  encoding: 'text',
  costly: true,
  isWellFormed,
  verify: (password, stored) => (isWellFormed(stored) ? verifyCrypt(password, stored) : 'malformed'),
};
