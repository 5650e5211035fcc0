/** sha512-crypt — SHA512-CRYPT: crypt(3)'s `$6$`, with or without `rounds=`.
 *
 * source   https://www.akkadia.org/drepper/SHA-crypt.txt; rounds of new hashes: some 50 ms
 * limits   1,000 to 5,000,000 rounds (5,000 is usual; the most takes some 5 s) */

import { makeCrypt } from '../crypt/make.ts';
import { cryptText } from './crypt-text.ts';

export const sha512Crypt = cryptText({
  name: 'SHA512-CRYPT',
  shape: /^\$6\$(?:rounds=(?<rounds>[1-9]\d{3,6})\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{86}$/,
  maxRounds: 5_000_000,
  weak: false,
  hash: (password) => makeCrypt(password, (salt) => `$6$rounds=100000$${salt(16)}$`),
});
