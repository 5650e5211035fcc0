/** open-rates — makes the counters of the rate limits: in Redis where there is one, else in this process. */

import type { Ground } from './ground.ts';
import type { Counts } from './policy/limits/charge.ts';
import { createMemoryCounts } from './policy/limits/memory-counts.ts';
import { createRedisCounts } from './policy/limits/redis-counts.ts';
import { createSharedCounts } from './policy/limits/shared-counts.ts';

export interface OpenRates {
  readonly counts: Counts;
  /** When Redis has heard of all that was let through. */
  close(): Promise<void>;
}

export function openRates({ redis, clock, sparing: log }: Ground): OpenRates {
  const own = createMemoryCounts({ now: () => clock.date().getTime() });
  if (!redis) return { counts: own, close: async () => {} };
  const counts = createSharedCounts({ shared: createRedisCounts(redis), own, clock, log });
  return { counts, close: counts.end };
}
