/** bsdi-crypt — BSDI-CRYPT: crypt(3)'s `_`, DES with rounds and a password of any length.
 *
 * source   crypt(5)
 * limits   262,143 rounds
 * bugs     7 bits of each byte of a password count */

import { cryptText } from './crypt-text.ts';

export const bsdiCrypt = cryptText({
  name: 'BSDI-CRYPT',
  shape: /^_[./A-Za-z0-9]{3}[.][./A-Za-z0-9]{15}$/,
  weak: true,
  isAmbiguous: (password) => password.some((byte) => byte > 0x7f),
});
