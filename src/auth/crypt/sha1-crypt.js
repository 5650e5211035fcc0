/** sha1-crypt — crypt(3)'s `$sha1$` in JavaScript.
 *
 * source   NetBSD crypt-sha1.c */

import { createHmac } from 'node:crypto';
import { letters } from './letters.js';

/** The order in which the bytes of the digest are written, three at a time. */
const ORDER = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [9, 10, 11],
  [12, 13, 14],
  [15, 16, 17],
  [18, 19, 0],
];

/** @param {Buffer} phrase @param {string} setting */
export function sha1Crypt(phrase, setting) {
  const [, , rounds = '', salt = ''] = setting.split('$');
  /** @param {Buffer} data */
  const step = (data) => createHmac('sha1', phrase).update(data).digest();
  let digest = step(Buffer.from(`${salt}$sha1$${rounds}`, 'latin1'));
  for (let round = 1; round < Number(rounds); round += 1) digest = step(digest);
  const text = ORDER.map(([a, b, c]) => letters((digest[a] << 16) | (digest[b] << 8) | digest[c], 4)).join(
    '',
  );
  return `$sha1$${rounds}$${salt}$${text}`;
}
