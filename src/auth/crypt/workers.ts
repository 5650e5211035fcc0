/** workers — crypt(3) in JavaScript, for systems without libxcrypt (musl, macOS).
 *
 * limits   bcrypt 1.3 times and SHA512-CRYPT 7 times the cost of libcrypt, in threads of their own
 * bugs     a password that is not UTF-8 cannot be compared here: later, never a mismatch */

import { isUtf8 } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Crypt } from './crypt.ts';

/** Plain JavaScript beside this file, and beside the bundle: a worker is a program of its own. */
const WORKER = fileURLToPath(new URL('./crypt-worker.js', import.meta.url));

export function openWorkers(): Crypt {
  const pool = new Piscina({ filename: WORKER, name: 'crypt', minThreads: 0, idleTimeout: 60_000 });
  return async (phrase, setting) => {
    if (!isUtf8(phrase)) return undefined;
    return (await pool.run({ phrase: phrase.toString(), setting })) as string | undefined;
  };
}
