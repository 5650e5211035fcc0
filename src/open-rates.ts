/** open-rates — makes the counters of the rate limits: in Redis where there is one, else in this process. */

import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Counts } from './policy/limits/charge.ts';
import { createMemoryCounts } from './policy/limits/memory-counts.ts';
import { createRedisCounts } from './policy/limits/redis-counts.ts';
import { createSharedCounts } from './policy/limits/shared-counts.ts';
import type { Redis } from './redis/redis.ts';

export interface OpenRatesParts {
  readonly redis: Redis | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function openRates({ redis, clock, log }: OpenRatesParts): Counts {
  const own = createMemoryCounts({ now: () => clock.date().getTime() });
  return redis ? createSharedCounts({ shared: createRedisCounts(redis), own, clock, log }) : own;
}
