/** ground — what all parts of the services stand on: the settings, the database and the memory of its facts. */

import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Settings } from './config/settings.ts';
import { type CacheStats, type ChangingFactCache, createFactCache, type Fetched } from './database/cache.ts';
import type { Database } from './database/connection.ts';
import type { Redis } from './redis/redis.ts';

export interface Ground {
  readonly settings: Settings;
  readonly database: Database;
  readonly caches: Caches;
  /** Undefined: counters are this process's own. */
  readonly redis: Redis | undefined;
  /** While this is false nothing is read: the schema is not known to fit. */
  readonly mayRead: () => boolean;
  /** Whether what happens leaves traces in the database. The daemon's does; `explain` only looks. */
  readonly mayWrite: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** Of what repeats in an outage it says only some. */
  readonly sparing: Log;
}

/** All keys that are not in the answer are proven absent. */
export type Read<V> = (
  database: Database,
  keys: readonly string[],
) => Promise<ReadonlyMap<string, Fetched<V>>>;

type Hearing = Pick<ChangingFactCache<unknown>, 'forget' | 'forgetAll' | 'listening' | 'keepFor'>;

/** Every memory of facts is made here, so that each hears what changed. */
export interface Caches extends Hearing {
  /** `adapted` may change what a cache does with what it hears. */
  of<V>(
    name: string,
    read: Read<V>,
    adapted?: (cache: ChangingFactCache<V>) => ChangingFactCache<V>,
  ): ChangingFactCache<V>;
  stats(): Readonly<Record<string, CacheStats>>;
}

export function createCaches({
  settings,
  database,
  mayRead,
  clock,
  log,
}: Pick<Ground, 'settings' | 'database' | 'mayRead' | 'clock' | 'log'>): Caches {
  const { trustFor, lastKnownFor, cacheEntries: maxEntries } = settings;
  const made = new Map<string, Pick<ChangingFactCache<unknown>, 'stats' | keyof Hearing>>();
  function toEach(tell: (cache: Hearing) => void): void {
    for (const cache of made.values()) tell(cache);
  }

  return {
    of(name, read, adapted = (cache) => cache) {
      const fetch = whenItFits(mayRead, (keys: readonly string[]) => read(database, keys));
      const cache = adapted(createFactCache({ name, fetch, maxEntries, trustFor, lastKnownFor, clock, log }));
      made.set(name, cache);
      return cache;
    },
    forget: (keys) => toEach((cache) => cache.forget(keys)),
    forgetAll: () => toEach((cache) => cache.forgetAll()),
    listening: (on) => toEach((cache) => cache.listening(on)),
    keepFor: (terms) => toEach((cache) => cache.keepFor(terms)),
    stats: () => Object.fromEntries(Array.from(made, ([name, cache]) => [name, cache.stats()])),
  };
}

/** Rejects while the schema is not known to fit. */
export const whenItFits =
  <A extends readonly unknown[], R>(mayRead: () => boolean, act: (...given: A) => Promise<R>) =>
  async (...given: A): Promise<R> => {
    if (!mayRead()) throw new Error('the schema is not known to fit yet');
    return act(...given);
  };
