/** ssha512 — SSHA512: a salted SHA-512, see salted-sha.ts. */

import { saltedSha } from './salted-sha.ts';

export const ssha512 = saltedSha('SSHA512', 'sha512', 64);
