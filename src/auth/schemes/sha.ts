/** sha — SHA: a SHA-1 without salt, see bare-digest.ts. */

import { createHash } from 'node:crypto';
import { bareDigest } from './bare-digest.ts';

export const sha = bareDigest({
  name: 'SHA',
  encoding: 'base64',
  digestBytes: 20,
  digests: (password) => [createHash('sha1').update(password).digest()],
});
