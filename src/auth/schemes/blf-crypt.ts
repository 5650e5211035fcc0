/** blf-crypt — BLF-CRYPT: bcrypt, `$2a$`, `$2b$` and `$2y$`, which are the same today.
 *
 * source   crypt(5); cost of new hashes: OWASP's least, some 50 ms
 * limits   cost 4 to 16 (16 takes some 3 s)
 * bugs     only the first 72 bytes of a password count, as everywhere with bcrypt */

import { makeCrypt } from '../crypt/make.ts';
import { cryptText } from './crypt-text.ts';

const COUNTS = 72;

export const blfCrypt = cryptText({
  name: 'BLF-CRYPT',
  shape: /^\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/,
  weak: false,
  isAmbiguous: (password) => password.length > COUNTS,
  // Of the 22nd character of a salt two bits count: a dot has them.
  hash: (password) => makeCrypt(password, (salt) => `$2y$10$${salt(21)}.`),
});
