/** The benchmarks, in the order in which they run and are printed. */

import type { Benchmark } from '../workbench.ts';
import { cached } from './cached.ts';
import { checkpassword } from './checkpassword.ts';
import { doors } from './doors.ts';
import { hashes } from './hashes.ts';
import { policy } from './policy.ts';
import { policyOthers } from './policy-others.ts';
import { policyRedis } from './policy-redis.ts';
import { policySmtp } from './policy-smtp.ts';
import { quotaUpdates } from './quota-updates.ts';
import { revocation } from './revocation.ts';
import { sasl } from './sasl.ts';
import { size } from './size.ts';
import { smtp } from './smtp.ts';
import { start } from './start.ts';
import { timing } from './timing.ts';
import { uncached } from './uncached.ts';
import { workerLane } from './worker-lane.ts';

export const benchmarks: readonly Benchmark[] = [
  cached,
  uncached,
  smtp,
  size,
  start,
  checkpassword,
  sasl,
  policy,
  policyOthers,
  policyRedis,
  policySmtp,
  quotaUpdates,
  workerLane,
  doors,
  hashes,
  timing,
  revocation,
];
