/** scram-sha-1 — SCRAM-SHA-1, see scram.ts. */

import { scram } from './scram.ts';

export const scramSha1 = scram('SCRAM-SHA-1', 'sha1');
