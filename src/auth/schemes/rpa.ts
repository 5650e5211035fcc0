/** rpa — RPA: MD5 of the password with a NUL byte before each of its own, for an old SASL mechanism.
 *
 * source   Dovecot 2.2 password-scheme-rpa.c: bytes, not characters, are widened */

import { createHash } from 'node:crypto';
import { ownBytes } from '../../base/text.ts';
import { bareDigest } from './bare-digest.ts';

const widened = (password: Buffer): Buffer => ownBytes(password.toString('latin1'), 'utf16le').swap16();

export const rpa = bareDigest({
  name: 'RPA',
  encoding: 'hex',
  digestBytes: 16,
  digests: (password) => [createHash('md5').update(widened(password)).digest()],
});
