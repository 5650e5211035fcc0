/** Hashes that other programs made: `made by` says how, so that anybody can make them again. */

import { fromCrypt } from './known-answers/crypt.ts';
import { fromDoveadm } from './known-answers/doveadm.ts';
import type { KnownAnswer } from './known-answers/known-answer.ts';
import { fromPasslib } from './known-answers/passlib.ts';
import { published } from './known-answers/published.ts';

export { type KnownAnswer, PASSWORDS } from './known-answers/known-answer.ts';

export const knownAnswers: readonly KnownAnswer[] = [
  ...fromDoveadm,
  ...fromPasslib,
  ...fromCrypt,
  ...published,
];
