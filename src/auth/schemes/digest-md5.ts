/** digest-md5 — DIGEST-MD5: MD5 of `user:realm:password`, for the SASL mechanism of that name.
 *
 * source   RFC 2831 2.1.2.1; Dovecot password-scheme.c digest_md5_verify: the realm is what
 *          follows the first @, or empty
 * security salted by the name only
 * bugs     the name is part of the hash: after a user was renamed it matches no more */

import { createHash } from 'node:crypto';
import { splitOnce } from '../../base/text.ts';
import { bareDigest } from './bare-digest.ts';

function digestOf(password: Buffer, name: string): Buffer {
  const [user, realm = ''] = splitOnce(name, '@');
  return createHash('md5').update(`${user}:${realm}:`).update(password).digest();
}

export const digestMd5 = bareDigest({
  name: 'DIGEST-MD5',
  encoding: 'hex',
  digestBytes: 16,
  digests: (password, names) => names.map((name) => digestOf(password, name)),
});
