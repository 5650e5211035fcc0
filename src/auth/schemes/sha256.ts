/** sha256 — SHA256: a SHA-256 without salt, see bare-digest.ts. */

import { createHash } from 'node:crypto';
import { bareDigest } from './bare-digest.ts';

export const sha256 = bareDigest({
  name: 'SHA256',
  encoding: 'base64',
  digestBytes: 32,
  digests: (password) => [createHash('sha256').update(password).digest()],
});
