/** sha1-crypt — SHA1-CRYPT: crypt(3)'s `$sha1$`, from NetBSD.
 *
 * source   crypt(5)
 * limits   1 to 5,000,000 rounds (some 5 s) */

import { cryptText } from './crypt-text.ts';

export const sha1Crypt = cryptText({
  name: 'SHA1-CRYPT',
  shape: /^\$sha1\$(?<rounds>[1-9]\d{0,6})\$[./A-Za-z0-9]{1,64}\$[./A-Za-z0-9]{28}$/,
  maxRounds: 5_000_000,
  weak: false,
});
