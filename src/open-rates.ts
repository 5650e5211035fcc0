/** open-rates — makes the counters of the rate limits: in Redis where there is one, else in this process. */

import type { Ground } from './ground.ts';
import type { Counts } from './policy/limits/charge.ts';
import { createMemoryCounts } from './policy/limits/memory-counts.ts';
import { createRedisCounts } from './policy/limits/redis-counts.ts';
import { createSharedCounts } from './policy/limits/shared-counts.ts';

export function openRates({ redis, clock, sparing: log }: Ground): Counts {
  const own = createMemoryCounts({ now: () => clock.date().getTime() });
  return redis ? createSharedCounts({ shared: createRedisCounts(redis), own, clock, log }) : own;
}
