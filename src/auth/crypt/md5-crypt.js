/** md5-crypt — crypt(3)'s `$1$` in JavaScript.
 *
 * source   FreeBSD libcrypt crypt-md5.c, by Poul-Henning Kamp */

import { createHash } from 'node:crypto';
import { letters } from './letters.js';

const ROUNDS = 1000;
/** The order in which the bytes of the digest are written, three at a time. */
const ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
];

/** @param {Buffer[]} parts */
const md5 = (...parts) => createHash('md5').update(Buffer.concat(parts)).digest();

/** @param {Buffer} phrase @param {string} setting */
export function md5Crypt(phrase, setting) {
  const salt = Buffer.from((setting.split('$')[2] ?? '').slice(0, 8), 'latin1');
  let digest = md5(...firstParts(phrase, salt));
  for (let round = 0; round < ROUNDS; round += 1) {
    const [head, tail] = round % 2 ? [phrase, digest] : [digest, phrase];
    digest = md5(head, round % 3 ? salt : NONE, round % 7 ? phrase : NONE, tail);
  }
  const text = ORDER.map(([a, b, c]) => letters((digest[a] << 16) | (digest[b] << 8) | digest[c], 4)).join(
    '',
  );
  return `$1$${salt.toString('latin1')}$${text}${letters(digest[11], 2)}`;
}

const NONE = Buffer.alloc(0);

/** @param {Buffer} phrase @param {Buffer} salt */
function firstParts(phrase, salt) {
  const inner = md5(phrase, salt, phrase);
  const parts = [phrase, Buffer.from('$1$'), salt];
  for (let left = phrase.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(left, 16)));
  // One byte for each bit of the length: a NUL for a one, the first of the password for a zero.
  for (let bits = phrase.length; bits > 0; bits >>= 1)
    parts.push(bits & 1 ? Buffer.alloc(1) : phrase.subarray(0, 1));
  return parts;
}
