/** plain-trunc — PLAIN-TRUNC: `length-password`, where a password of that length may go on.
 *
 * source   Dovecot password-scheme.c plain_trunc_verify
 * security whoever reads the table has the passwords. Verified, never made */

import { isSame, isTypable } from './clear-text.ts';
import type { Scheme } from './scheme.ts';

const SHAPE = /^(?<length>0|[1-9]\d{0,3})-./su;

function parse(stored: Buffer) {
  const { length } = (isTypable(stored) ? SHAPE.exec(stored.toString()) : null)?.groups ?? {};
  if (length === undefined) return undefined;
  const text = stored.subarray(length.length + 1);
  return { text, isCut: text.length === Number(length) };
}

export const plainTrunc: Scheme = {
  name: 'PLAIN-TRUNC',
  encoding: 'phrase',
  weak: true,
  costly: false,
  isWellFormed: (stored) => parse(stored) !== undefined,
  verify(password, stored) {
    const parsed = parse(stored);
    if (!parsed) return 'malformed';
    const { text, isCut } = parsed;
    const given = isCut && !password.includes(0) ? password.subarray(0, text.length) : password;
    return isSame(given, text) ? 'match' : 'differs';
  },
  isAmbiguous: (_, stored) => parse(stored)?.isCut ?? false,
};
