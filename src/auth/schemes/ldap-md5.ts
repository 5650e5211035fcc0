/** ldap-md5 — LDAP-MD5: an MD5 without salt, as base64, see bare-digest.ts. */

import { createHash } from 'node:crypto';
import { bareDigest } from './bare-digest.ts';

export const ldapMd5 = bareDigest({
  name: 'LDAP-MD5',
  encoding: 'base64',
  digestBytes: 16,
  digests: (password) => [createHash('md5').update(password).digest()],
});
