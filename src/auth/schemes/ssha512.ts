/** ssha512 — SSHA512: a salted SHA-512, see salted-digest.ts. */

import { saltedDigest } from './salted-digest.ts';

export const ssha512 = saltedDigest('SSHA512', 'sha512', 64);
