/** open-guessing — makes the guard against guessing of the settings: its limits and key. */

import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createBurst } from './auth/guessing/burst.ts';
import { type Counters, createCounters } from './auth/guessing/counters.ts';
import type { Limits } from './auth/guessing/limits.ts';
import type { Store } from './auth/guessing/marks.ts';
import { createRedisStore } from './auth/guessing/redis-store.ts';
import { createSharedKey, keyOfSecret, keyOfSetting, underSharedKey } from './auth/guessing/shared-key.ts';
import { readSaltSecret } from './auth/read.ts';
import { seconds } from './base/clock.ts';
import type { Settings } from './config/settings.ts';
import type { Database } from './database/connection.ts';
import { type Ground, whenItFits } from './ground.ts';
import type { Redis } from './redis/redis.ts';

/** Undefined where it is switched off. */
export function openGuessing(ground: Ground, store: Store): Counters | undefined {
  const { settings, database, mayRead, clock, log, sparing } = ground;
  if (settings.guessing === 'off') return undefined;
  const parts = {
    store,
    clock,
    allowed: settings.guessingAllow,
    limits: limitsOf(settings),
    onBurst: createBurst({ database, mayWrite: mayRead, log }),
  };
  const { guessingKey, redisUrl } = settings;
  if (guessingKey !== null) return createCounters({ ...parts, key: keyOfSetting(guessingKey) });
  // A process alone has a key that nobody else knows.
  if (redisUrl === null) return createCounters({ ...parts, key: randomBytes(32) });
  const readSecret = whenItFits(mayRead, () => readSaltSecret(database));
  const key = createSharedKey({ readSecret, log: sparing });
  const counters = createCounters({
    ...parts,
    get key() {
      return key.current();
    },
  });
  return underSharedKey(counters, key);
}

interface SharedPlaces {
  readonly database: Pick<Database, 'rows'>;
  readonly redis: Redis;
}

/** The counters that daemons share, for who only reads them. Rejects when Redis or the database is away. */
export async function openSharedCounters({
  settings,
  database,
  redis,
  clock,
}: Pick<Ground, 'settings' | 'clock'> & SharedPlaces): Promise<Counters> {
  for (const until = clock.now() + seconds(2); !redis.isUp(); await setTimeout(20)) {
    if (clock.now() >= until) throw new Error('the counters are in Redis, and it does not answer');
  }
  const store = createRedisStore(redis);
  const { guessingAllow: allowed, guessingKey } = settings;
  const key = guessingKey === null ? await keyIn(database) : keyOfSetting(guessingKey);
  return createCounters({ store, clock, key, allowed, limits: limitsOf(settings) });
}

async function keyIn(database: Pick<Database, 'rows'>): Promise<Buffer> {
  const secret = await readSaltSecret(database);
  if (!secret) throw new Error('the key of the counters in Redis is missing: unified.salt_secrets is empty');
  return keyOfSecret(secret);
}

const limitsOf = (settings: Settings): Limits => ({
  window: settings.guessingWindow,
  free: settings.guessingFree,
  passwords: settings.guessingPasswords,
  knownPasswords: settings.guessingKnownPasswords,
  users: settings.guessingUsers,
  // The answer must still be found out within its deadline.
  longestDelay: Math.max(0, Math.min(settings.guessingLongestDelay, settings.answerDeadline - seconds(2))),
  knownFor: settings.guessingKnownFor,
  formerFor: settings.guessingFormerFor,
});
