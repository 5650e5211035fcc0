/** ssha — SSHA: a salted SHA-1, see salted-digest.ts. */

import { saltedDigest } from './salted-digest.ts';

export const ssha = saltedDigest('SSHA', 'sha1', 20);
