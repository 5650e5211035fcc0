/** redis-store — the marks in Redis: one sorted set each, scored by time.
 *
 * Sets that are asked for together are one call, but in a cluster, which has them in many places. Nothing waits here for a Redis that is away:
 * failover.ts decides what is done then.
 *
 * limits   Redis 6.2 or later */

import { createTogether } from '../../base/together.ts';
import type { Redis } from '../../redis/redis.ts';
import type { Marks, SetName, Store } from './marks.ts';

export interface SharedStore extends Store {
  /** Connected, and through with its greetings. */
  isUp(): boolean;
}

const keyOf = ({ kind, id }: SetName): string => `dovetail:guessing:${kind}:${id}`;

/** Of each key its marks, each followed by its time. */
const reading = `
local sets = {}
for n, key in ipairs(KEYS) do sets[n] = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end
return sets
`;

/** The connection is its owner's, and outlives it. */
export function createRedisStore(redis: Redis): SharedStore {
  const { client, isUp, isCluster } = redis;
  const run = redis.script(reading);
  const read = createTogether<string, Marks>({
    groupOf: (key) => (isCluster ? key : ''),
    call: async (keys) => ((await run(keys)) as string[][]).map(marksOf),
  });
  return {
    isUp,
    read: (sets) => Promise.all(sets.map((set) => read(keyOf(set)))),
    async add({ set, mark, at, keepFor, most, again }) {
      const key = keyOf(set);
      const batch = client().pipeline();
      if (again === 'keep') batch.zadd(key, 'NX', at, mark);
      else batch.zadd(key, at, mark);
      batch.zremrangebyrank(key, 0, -(most + 1)).pexpire(key, keepFor);
      const [failed] = ((await batch.exec()) ?? []).flatMap(([error]) => error ?? []);
      if (failed) throw failed;
    },
    async clear(set) {
      await client().del(keyOf(set));
    },
    close: () => undefined,
  };
}

function marksOf(flat: readonly string[]): Marks {
  const marks = new Map<string, number>();
  for (let n = 0; n + 1 < flat.length; n += 2) marks.set(flat[n] as string, Number(flat[n + 1]));
  return marks;
}
