/** hmac-md5 — HMAC-MD5: another name of CRAM-MD5. */

import { cramMd5 } from './cram-md5.ts';
import type { Scheme } from './scheme.ts';

const { hash: _, ...verifying } = cramMd5;

export const hmacMd5: Scheme = { ...verifying, name: 'HMAC-MD5' };
