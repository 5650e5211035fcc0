/** sha1 — SHA1: another name of SHA. */

import type { Scheme } from './scheme.ts';
import { sha } from './sha.ts';

export const sha1: Scheme = { ...sha, name: 'SHA1' };
