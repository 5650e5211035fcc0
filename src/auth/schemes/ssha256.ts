/** ssha256 — SSHA256: a salted SHA-256, see salted-digest.ts. */

import { saltedDigest } from './salted-digest.ts';

export const ssha256 = saltedDigest('SSHA256', 'sha256', 32);
