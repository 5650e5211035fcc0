/** yescrypt — YESCRYPT: crypt(3)'s `$y$`, what Debian has in /etc/shadow.
 *
 * source   crypt(5)
 * limits   2^18 blocks of 32 (1 GiB), without the parameters that nobody uses
 * bugs     only with the system's libxcrypt: elsewhere `malformed`, so the answer is later */

import { cryptText, digit } from './crypt-text.ts';

/** `N` is the digit of the power of two, `r` that of the block size: each stands for one more. */
export const yescryptMemory = ({ N, r }: Readonly<Record<string, string>>): number =>
  128 * (digit(r) + 1) * 2 ** (digit(N) + 1);

export const yescrypt = cryptText({
  name: 'YESCRYPT',
  shape: /^\$y\$j(?<N>[./0-9A-F])(?<r>[./0-9A-T])\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/,
  memoryOf: yescryptMemory,
  weak: false,
});
