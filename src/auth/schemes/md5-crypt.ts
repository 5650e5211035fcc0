/** md5-crypt — MD5-CRYPT: crypt(3)'s `$1$`.
 *
 * source   crypt(5)
 * security a thousand MD5: its own author called it unfit in 2012 */

import { cryptText } from './crypt-text.ts';

export const md5Crypt = cryptText({
  name: 'MD5-CRYPT',
  shape: /^\$1\$[^$\s]{0,8}\$[./A-Za-z0-9]{22}$/,
  weak: true,
});
