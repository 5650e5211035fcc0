/** pbkdf2 — PBKDF2: in Dovecot's own form, in passlib's and in that of PHC strings.
 *
 * source   `$1$salt$rounds$hex`: Dovecot password-scheme-pbkdf2.c, always SHA-1
 *          `$pbkdf2-sha256$rounds$salt$key`: passlib, which Mailu puts behind {PBKDF2}
 *          `$pbkdf2-sha256$i=rounds,l=bytes$salt$key`: PHC string format (WildDuck, Stalwart) */

import { decodeBase64 } from '../base64.ts';
import { type Derived, type Digest, derivedFrom, pbkdf2Text } from './pbkdf2-text.ts';

const DOVECOT = /^\$1\$(?<salt>[^$\s]{1,64})\$(?<rounds>[1-9]\d{0,6})\$(?<key>[\da-f]{40})$/;
const OTHERS =
  /^\$pbkdf2(?:-(?<digest>sha1|sha256|sha512))?\$(?:i=)?(?<rounds>[1-9]\d{0,6})(?:,l=(?<length>[1-9]\d{0,2}))?\$(?<salt>[A-Za-z\d+/.]+={0,2})\$(?<key>[A-Za-z\d+/.]+={0,2})$/;

export const pbkdf2 = pbkdf2Text('PBKDF2', (text) => readDovecot(text) ?? readOthers(text));

function readDovecot(text: string): Derived | undefined {
  const { salt = '', rounds, key = '' } = DOVECOT.exec(text)?.groups ?? {};
  return derivedFrom('sha1', rounds, Buffer.from(salt, 'latin1'), Buffer.from(key, 'hex'));
}

function readOthers(text: string): Derived | undefined {
  const { digest = 'sha1', rounds, length, salt = '', key = '' } = OTHERS.exec(text)?.groups ?? {};
  const derived = derivedFrom(digest as Digest, rounds, decodeBase64(salt), decodeBase64(key));
  return derived && length !== undefined ? { ...derived, length: Number(length) } : derived;
}
