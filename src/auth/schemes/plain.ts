/** plain — PLAIN: the password itself.
 *
 * security whoever reads the table has the passwords. Verified, never made */

import { isSame, isTypable } from './clear-text.ts';
import type { Scheme } from './scheme.ts';

export const plain: Scheme = {
  name: 'PLAIN',
  encoding: 'phrase',
  weak: true,
  costly: false,
  isWellFormed: isTypable,
  verify(password, stored) {
    if (!isTypable(stored)) return 'malformed';
    return isSame(password, stored) ? 'match' : 'differs';
  },
};
