/** ssha256 — SSHA256: a salted SHA-256, see salted-sha.ts. */

import { saltedSha } from './salted-sha.ts';

export const ssha256 = saltedSha('SSHA256', 'sha256', 32);
