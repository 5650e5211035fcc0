/** yescrypt — YESCRYPT: crypt(3)'s `$y$`, what Debian has in /etc/shadow.
 *
 * source   crypt(5)
 * limits   2^18 blocks of 32 (1 GiB), without the parameters that nobody uses
 * bugs     only with the system's libxcrypt: elsewhere `malformed`, so the answer is later */

import { cryptText } from './crypt-text.ts';

export const yescrypt = cryptText({
  name: 'YESCRYPT',
  shape: /^\$y\$j[./0-9A-F][./0-9A-T]\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/,
  weak: false,
});
