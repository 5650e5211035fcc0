/** des-crypt — DES-CRYPT: the first crypt(3), thirteen characters.
 *
 * source   crypt(5)
 * bugs     8 bytes of a password count, and 7 bits of each */

import { cryptText } from './crypt-text.ts';

const COUNTS = 8;

export const desCrypt = cryptText({
  name: 'DES-CRYPT',
  shape: /^[./A-Za-z0-9]{13}$/,
  weak: true,
  isAmbiguous: (password) => password.length > COUNTS || password.some((byte) => byte > 0x7f),
});
