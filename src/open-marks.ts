/** open-marks — makes the store of marks: in Redis where there is one, else in this process. */

import { createFailover } from './auth/guessing/failover.ts';
import type { Store } from './auth/guessing/marks.ts';
import { createMemoryStore } from './auth/guessing/memory-store.ts';
import { createRedisStore } from './auth/guessing/redis-store.ts';
import type { Ground } from './ground.ts';

export function openMarks({ redis, clock, log }: Pick<Ground, 'redis' | 'clock' | 'log'>): Store {
  const local = createMemoryStore({ now: clock.now });
  return redis ? createFailover({ shared: createRedisStore(redis), local, clock, log }) : local;
}
