/** plain-md4 — PLAIN-MD4: an MD4 without salt, as hex, see bare-digest.ts. */

import { md4 } from '../digests/md4.ts';
import { bareDigest } from './bare-digest.ts';

export const plainMd4 = bareDigest({
  name: 'PLAIN-MD4',
  encoding: 'hex',
  digestBytes: 16,
  digests: (password) => [md4(password)],
});
