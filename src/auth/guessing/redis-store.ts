/** redis-store — the marks in Redis: one sorted set each, scored by time.
 *
 * Every command names one key, so a cluster serves it too. Nothing waits here for a Redis that is away:
 * failover.ts decides what is done then.
 *
 * limits   Redis 6.2 or later */

import type { Redis } from '../../redis/redis.ts';
import type { Marks, SetName, Store } from './marks.ts';

export interface SharedStore extends Store {
  /** Connected, and through with its greetings. */
  isUp(): boolean;
}

const keyOf = ({ kind, id }: SetName): string => `dovetail:guessing:${kind}:${id}`;

/** The connection is its owner's, and outlives it. */
export function createRedisStore({ client, isUp }: Redis): SharedStore {
  return {
    isUp,
    read: async (sets) =>
      Promise.all(
        sets.map(async (set) => marksOf(await client().zrange(keyOf(set), '0', '-1', 'WITHSCORES'))),
      ),
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
