/** cleartext — CLEARTEXT: another name of PLAIN. */

import { plain } from './plain.ts';
import type { Scheme } from './scheme.ts';

export const cleartext: Scheme = { ...plain, name: 'CLEARTEXT' };
