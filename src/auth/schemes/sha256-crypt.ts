/** sha256-crypt — SHA256-CRYPT: crypt(3)'s `$5$`, with or without `rounds=`.
 *
 * source   https://www.akkadia.org/drepper/SHA-crypt.txt
 * limits   1,000 to 5,000,000 rounds (5,000 is usual; the most takes some 5 s) */

import { cryptText } from './crypt-text.ts';

export const sha256Crypt = cryptText({
  name: 'SHA256-CRYPT',
  shape: /^\$5\$(?:rounds=(?<rounds>[1-9]\d{3,6})\$)?[./A-Za-z0-9]{0,16}\$[./A-Za-z0-9]{43}$/,
  maxRounds: 5_000_000,
  weak: false,
});
