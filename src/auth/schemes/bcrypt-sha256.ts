/** bcrypt-sha256 — BCRYPT-SHA256: bcrypt of a SHA-256, so that all of a long password counts.
 *
 * source   passlib.hash.bcrypt_sha256, what Mailu makes. Its second version has an HMAC under the
 *          salt in place of the SHA-256
 * limits   cost 4 to 16, as BLF-CRYPT */

import { createHash, createHmac } from 'node:crypto';
import { blfCrypt } from './blf-crypt.ts';
import type { Scheme } from './scheme.ts';

const SHAPE =
  /^\$bcrypt-sha256\$(?:v=2,t=(?<kind2>2[aby]),r=(?<cost2>\d{1,2})|(?<kind1>2[aby]),(?<cost1>\d{1,2}))\$(?<salt>[./A-Za-z0-9]{22})\$(?<digest>[./A-Za-z0-9]{31})$/;

/** The bcrypt text inside, and how the password is made ready for it. */
function parse(stored: Buffer) {
  const { kind1, cost1, kind2, cost2, salt, digest } = SHAPE.exec(stored.toString('latin1'))?.groups ?? {};
  if (salt === undefined) return undefined;
  const cost = (cost1 ?? cost2 ?? '').padStart(2, '0');
  const bcrypt = Buffer.from(`$${kind1 ?? kind2}$${cost}$${salt}${digest}`, 'latin1');
  const ready = kind1 ? createHash('sha256') : createHmac('sha256', salt);
  return blfCrypt.isWellFormed(bcrypt) ? { bcrypt, ready } : undefined;
}

export const bcryptSha256: Scheme = {
  name: 'BCRYPT-SHA256',
  encoding: 'text',
  weak: false,
  costly: true,
  isWellFormed: (stored) => parse(stored) !== undefined,
  verify(password, stored) {
    const parsed = parse(stored);
    if (!parsed) return 'malformed';
    const phrase = parsed.ready.update(password).digest('base64');
    return blfCrypt.verify(Buffer.from(phrase), parsed.bcrypt);
  },
};
