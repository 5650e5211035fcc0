/** smd5 — SMD5: a salted MD5, see salted-digest.ts. */

import { saltedDigest } from './salted-digest.ts';

export const smd5 = saltedDigest('SMD5', 'md5', 16);
