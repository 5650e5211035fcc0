/** redis — the one connection to Redis of this process, for all that is shared through it.
 *
 * Nothing waits here for a Redis that is away: what is asked of it then fails at once, and who asked
 * goes on alone (auth/guessing/failover.ts, policy/limits/shared-counts.ts).
 *
 * limits   `ioredis` is loaded when there is a Redis */

import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { RedisPlace } from './redis-url.ts';
import { createScript, type RunScript } from './script.ts';

export type Client = Awaited<ReturnType<typeof connect>>;

export interface Redis {
  /** Then all keys of one command must have the same hash tag. */
  readonly isCluster: boolean;
  /** Connected, and through with its greetings. */
  isUp(): boolean;
  /** Throws until there is a connection. */
  client(): Client;
  /** Of a Lua script. */
  script(text: string): RunScript;
  close(): void;
}

export function createRedis({ place, log }: { readonly place: RedisPlace; readonly log: Log }): Redis {
  let client: Client | undefined;
  let isClosed = false;
  connect(place).then(
    (made) => {
      // Each failed connection is an error, and is tried again; who falls back says that Redis is away.
      made.on('error', (error: unknown) => log.debug('redis.failed', { why: reasonOf(error) }));
      if (isClosed) made.disconnect();
      else client = made;
    },
    (error: unknown) => log.error('redis.failed', { why: reasonOf(error) }),
  );

  function connected(): Client {
    if (!client) throw new Error('Redis is not connected');
    return client;
  }

  return {
    isCluster: place.kind === 'cluster',
    isUp: () => client?.status === 'ready',
    client: connected,
    script: (text) => createScript(connected, text),
    close() {
      isClosed = true;
      client?.disconnect();
    },
  };
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
    // What is asked in one turn is written at once.
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: ['eval', 'evalsha'],
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
