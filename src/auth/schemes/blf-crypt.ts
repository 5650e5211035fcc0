/** blf-crypt — BLF-CRYPT: bcrypt, `$2a$`, `$2b$` and `$2y$`, which are the same today.
 *
 * source   crypt(5)
 * limits   cost 4 to 16 (16 takes some 3 s)
 * bugs     only the first 72 bytes of a password count, as everywhere with bcrypt */

import { verifyCrypt } from '../crypt/verify.ts';
import type { Scheme } from './scheme.ts';

const SHAPE = /^\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/;

const isWellFormed = (stored: Buffer): boolean => SHAPE.test(stored.toString('latin1'));

export const blfCrypt: Scheme = {
  name: 'BLF-CRYPT',
  encoding: 'text',
  costly: true,
  isWellFormed,
  verify: (password, stored) => (isWellFormed(stored) ? verifyCrypt(password, stored) : 'malformed'),
};
