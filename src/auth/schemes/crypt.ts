/** crypt — CRYPT: any crypt(3) text; which one it is, its beginning says.
 *
 * source   crypt(5); Dovecot password-scheme-crypt.c
 * bugs     the kinds without a name of their own need the system's libxcrypt */

import { blfCrypt } from './blf-crypt.ts';
import { bsdiCrypt } from './bsdi-crypt.ts';
import { cryptText, digit } from './crypt-text.ts';
import { desCrypt } from './des-crypt.ts';
import { md5Crypt } from './md5-crypt.ts';
import type { Scheme } from './scheme.ts';
import { sha1Crypt } from './sha1-crypt.ts';
import { sha256Crypt } from './sha256-crypt.ts';
import { sha512Crypt } from './sha512-crypt.ts';
import { yescrypt, yescryptMemory } from './yescrypt.ts';

const gostYescrypt = cryptText({
  name: 'GOST-YESCRYPT',
  shape: /^\$gy\$j(?<N>[./0-9A-F])(?<r>[./0-9A-T])\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/,
  memoryOf: yescryptMemory,
  weak: false,
});
/** With the block size and the one lane of every scrypt that crypt_gensalt makes. */
const scryptCrypt = cryptText({
  name: 'SCRYPT-CRYPT',
  shape: /^\$7\$(?<N>[./0-9A-G])U\.{4}\/\.{4}[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}$/,
  memoryOf: ({ N }) => 128 * 32 * 2 ** digit(N),
  weak: false,
});
const sunMd5 = cryptText({
  name: 'SUN-MD5',
  shape: /^\$md5(?:,rounds=(?<rounds>[1-9]\d{0,6}))?\$[./A-Za-z0-9]{1,16}\$(?:\$)?[./A-Za-z0-9]{22}$/,
  maxRounds: 1_000_000,
  weak: true,
});
const ntCrypt = cryptText({ name: 'NT-CRYPT', shape: /^\$3\$\$[\da-f]{32}$/, weak: true });

const kinds: readonly Scheme[] = [
  md5Crypt,
  blfCrypt,
  sha256Crypt,
  sha512Crypt,
  yescrypt,
  sha1Crypt,
  bsdiCrypt,
  desCrypt,
  gostYescrypt,
  scryptCrypt,
  sunMd5,
  ntCrypt,
];

/** The scheme that a crypt(3) text is of. */
export const cryptKindOf = (stored: Buffer): Scheme | undefined =>
  kinds.find((kind) => kind.isWellFormed(stored));

export const crypt: Scheme = {
  name: 'CRYPT',
  encoding: 'text',
  // As far as the name tells: see cryptKindOf.
  weak: false,
  costly: true,
  isWellFormed: (stored) => cryptKindOf(stored) !== undefined,
  memory: (stored) => cryptKindOf(stored)?.memory?.(stored) ?? 0,
  verify: (password, stored) => cryptKindOf(stored)?.verify(password, stored) ?? 'malformed',
  isAmbiguous: (password, stored) => cryptKindOf(stored)?.isAmbiguous?.(password, stored) ?? false,
};
