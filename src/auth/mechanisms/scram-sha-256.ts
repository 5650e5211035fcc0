/** scram-sha-256 — SCRAM-SHA-256, see scram.ts. */

import { scram } from './scram.ts';

export const scramSha256 = scram('SCRAM-SHA-256', 'sha256');
