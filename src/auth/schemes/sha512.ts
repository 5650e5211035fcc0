/** sha512 — SHA512: a SHA-512 without salt, see bare-digest.ts. */

import { createHash } from 'node:crypto';
import { bareDigest } from './bare-digest.ts';

export const sha512 = bareDigest({
  name: 'SHA512',
  encoding: 'base64',
  digestBytes: 64,
  digests: (password) => [createHash('sha512').update(password).digest()],
});
