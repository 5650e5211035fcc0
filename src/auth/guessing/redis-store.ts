/** redis-store — the marks in Redis: one sorted set each, scored by time.
 *
 * Every command names one key, so a cluster serves it too. Nothing waits here for a Redis that is away:
 * failover.ts decides what is done then.
 *
 * limits   Redis 6.2 or later; `ioredis` is loaded when there is a Redis */

import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Marks, SetName, Store } from './marks.ts';
import type { RedisPlace } from './redis-url.ts';

export interface SharedStore extends Store {
  /** Connected, and through with its greetings. */
  isUp(): boolean;
}

export interface RedisStoreParts {
  readonly place: RedisPlace;
  readonly log: Log;
}

const keyOf = ({ kind, id }: SetName): string => `dovetail:guessing:${kind}:${id}`;

export function createRedisStore({ place, log }: RedisStoreParts): SharedStore {
  let client: Awaited<ReturnType<typeof connect>> | undefined;
  let isClosed = false;
  connect(place).then(
    (connected) => {
      // Each failed connection is an error, and is tried again; failover.ts says that Redis is away.
      connected.on('error', (error: unknown) => log.debug('guessing.redis', { why: reasonOf(error) }));
      if (isClosed) connected.disconnect();
      else client = connected;
    },
    (error: unknown) => log.error('guessing.redis', { why: reasonOf(error) }),
  );

  const up = () => {
    if (!client) throw new Error('Redis is not connected');
    return client;
  };

  return {
    isUp: () => client?.status === 'ready',
    read: async (sets) =>
      Promise.all(sets.map(async (set) => marksOf(await up().zrange(keyOf(set), '0', '-1', 'WITHSCORES')))),
    async add({ set, mark, at, keepFor, most, again }) {
      const key = keyOf(set);
      const batch = up().pipeline();
      if (again === 'keep') batch.zadd(key, 'NX', at, mark);
      else batch.zadd(key, at, mark);
      batch.zremrangebyrank(key, 0, -(most + 1)).pexpire(key, keepFor);
      const [failed] = ((await batch.exec()) ?? []).flatMap(([error]) => error ?? []);
      if (failed) throw failed;
    },
    async clear(set) {
      await up().del(keyOf(set));
    },
    close() {
      isClosed = true;
      client?.disconnect();
    },
  };
}

function marksOf(flat: readonly string[]): Marks {
  const marks = new Map<string, number>();
  for (let n = 0; n + 1 < flat.length; n += 2) marks.set(flat[n] as string, Number(flat[n + 1]));
  return marks;
}

/** Resolves with a client that connects, and connects again whenever it must. */
async function connect(place: RedisPlace) {
  const { Cluster, Redis } = await import('ioredis');
  const { username, password, db, hasTls } = place.access;
  const common = {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(hasTls ? { tls: {} } : {}),
    db,
    // What is asked of a Redis that is away fails at once, and is not asked again later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    // A Redis that hears and does not speak is given up.
    socketTimeout: 5000,
    retryStrategy: (times: number) => Math.min(times * 50, 1000),
  };
  switch (place.kind) {
    case 'single':
      return new Redis({ ...common, ...place.node });
    case 'unix':
      return new Redis({ ...common, path: place.path });
    case 'sentinel': {
      const { retryStrategy } = common;
      const sentinels = {
        sentinels: [...place.nodes],
        name: place.name,
        sentinelRetryStrategy: retryStrategy,
      };
      return new Redis({ ...common, ...sentinels, enableTLSForSentinelMode: hasTls });
    }
    case 'cluster': {
      const { retryStrategy, ...redisOptions } = common;
      return new Cluster([...place.nodes], {
        redisOptions,
        enableOfflineQueue: false,
        clusterRetryStrategy: retryStrategy,
      });
    }
  }
}
