/** clear — CLEAR: another name of PLAIN. */

import { plain } from './plain.ts';
import type { Scheme } from './scheme.ts';

export const clear: Scheme = { ...plain, name: 'CLEAR' };
