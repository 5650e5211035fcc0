/** ntlm — NTLM: MD4 of the password in UTF-16, as Windows and Samba store it.
 *
 * source   MS-NLMP 3.3.1 NTOWFv1; Dovecot 2.2 ntlm-encrypt.c, which widens the bytes of UTF-8 and so
 *          has another hash for letters beyond ASCII: both are right */

import { ownBytes } from '../../base/text.ts';
import { md4 } from '../digests/md4.ts';
import { bareDigest } from './bare-digest.ts';

export const ntlm = bareDigest({
  name: 'NTLM',
  encoding: 'hex',
  digestBytes: 16,
  digests: (password) =>
    [password.toString('utf8'), password.toString('latin1')].map((text) => md4(ownBytes(text, 'utf16le'))),
});
