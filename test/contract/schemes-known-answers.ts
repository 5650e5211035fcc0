/** Hashes that other programs made: `made by` says how, so that anybody can make them again. */

import { openLibcrypt } from '../../src/auth/crypt/libcrypt.ts';
import { fromCrypt } from './known-answers/crypt.ts';
import { fromDoveadm } from './known-answers/doveadm.ts';
import type { KnownAnswer } from './known-answers/known-answer.ts';
import { fromPasslib } from './known-answers/passlib.ts';
import { published } from './known-answers/published.ts';

export { type KnownAnswer, PASSWORDS } from './known-answers/known-answer.ts';

/** Whether this system has a crypt(3) for the kinds that nobody has written in JavaScript. */
export const hasLibcrypt = (await openLibcrypt()) !== undefined;
const NEEDS_LIBCRYPT = /^\{\w+\}\$(?:y|gy|7|md5.*|3)\$/u;

/** Those that this system can verify. */
export const knownAnswers: readonly KnownAnswer[] = [
  ...fromDoveadm,
  ...fromPasslib,
  ...fromCrypt,
  ...published,
].filter(({ hash }) => hasLibcrypt || !NEEDS_LIBCRYPT.test(hash));

/** The names that have a known answer here. */
export const isVerifiable = ({ name }: { readonly name: string }): boolean =>
  knownAnswers.some(({ hash }) => hash.startsWith(`{${name}}`));
