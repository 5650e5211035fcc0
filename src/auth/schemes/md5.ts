/** md5 — MD5: what each program understood by it, told apart by the shape.
 *
 * source   Dovecot password-scheme.c md5_verify: `$1$` is MD5-CRYPT, all else a PLAIN-MD5, which
 *          may be hex (modoboa) or base64 (Courier, Stalwart) */

import { ldapMd5 } from './ldap-md5.ts';
import { md5Crypt } from './md5-crypt.ts';
import type { Scheme } from './scheme.ts';

function digestIn(stored: Buffer): Buffer | undefined {
  const text = stored.toString('latin1');
  if (/^[\da-f]{32}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z\d+/]{21}[AQgw]==$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

export const md5: Scheme = {
  name: 'MD5',
  encoding: 'text',
  weak: true,
  costly: true,
  isWellFormed: (stored) => md5Crypt.isWellFormed(stored) || digestIn(stored) !== undefined,
  verify(password, stored) {
    const digest = digestIn(stored);
    return digest ? ldapMd5.verify(password, digest) : md5Crypt.verify(password, stored);
  },
};
