/** plain-md5 — PLAIN-MD5: an MD5 without salt, as hex, see bare-digest.ts. */

import { createHash } from 'node:crypto';
import { bareDigest } from './bare-digest.ts';

export const plainMd5 = bareDigest({
  name: 'PLAIN-MD5',
  encoding: 'hex',
  digestBytes: 16,
  digests: (password) => [createHash('md5').update(password).digest()],
});
