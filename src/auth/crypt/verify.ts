/** verify — compares a password with a crypt(3) text.
 *
 * limits   crypt(3) ends a password at its first NUL and libxcrypt takes 511 bytes: no
 *          password beyond that was ever hashed, so it differs, without a look */

import { timingSafeEqual } from 'node:crypto';
import type { Verdict } from '../schemes/scheme.ts';
import { openCrypt } from './crypt.ts';

const MAX_PHRASE = 511;

/** `stored` must have been checked for its scheme's shape. Never rejects. */
export async function verifyCrypt(password: Buffer, stored: Buffer): Promise<Verdict> {
  if (password.length > MAX_PHRASE || password.includes(0)) return 'differs';
  try {
    const crypt = await openCrypt();
    const hash = await crypt(password, stored.toString('latin1'));
    if (hash === undefined) return 'malformed';
    const bytes = Buffer.from(hash, 'latin1');
    return bytes.length === stored.length && timingSafeEqual(bytes, stored) ? 'match' : 'differs';
  } catch {
    return 'malformed';
  }
}
