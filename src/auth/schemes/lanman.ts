/** lanman — LANMAN: DES of a constant under each half of the password in upper case.
 *
 * source   MS-NLMP 3.3.1 LMOWFv1; Dovecot 2.2 ntlm-encrypt.c lm_hash
 * security the halves are guessed one by one, in minutes. Verified, never made
 * bugs     14 bytes of a password count, and letter case does not */

import { createCipheriv } from 'node:crypto';
import { bareDigest } from './bare-digest.ts';

const CONSTANT = Buffer.from('KGS!@#$%', 'latin1');
const COUNTS = 14;

/** DES is no more among OpenSSL's own ciphers; three times the same key is it too. */
function encryptUnder(half: Buffer): Buffer {
  const bits = BigInt(`0x${half.toString('hex')}`);
  // Each byte of a DES key has 7 bits of ours, and one for parity.
  const key = Buffer.from(
    Array.from({ length: 8 }, (_, n) => Number((bits >> BigInt(49 - 7 * n)) & 127n) << 1),
  );
  const cipher = createCipheriv('des-ede3', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return cipher.update(CONSTANT);
}

function digestOf(password: Buffer): Buffer {
  const key = Buffer.alloc(COUNTS);
  const upper = password.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
  Buffer.from(upper).copy(key);
  return Buffer.concat([encryptUnder(key.subarray(0, 7)), encryptUnder(key.subarray(7))]);
}

export const lanman = bareDigest({
  name: 'LANMAN',
  encoding: 'hex',
  digestBytes: 16,
  // A NUL would be taken for the end.
  digests: (password) => (password.includes(0) ? [] : [digestOf(password)]),
  isAmbiguous: (password) => password.length > COUNTS || /[a-z]/iu.test(password.toString('latin1')),
});
