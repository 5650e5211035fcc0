/** open-guessing — makes the guard against guessing of the settings: its limits and key. */

import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createBurst } from './auth/guessing/burst.ts';
import { type Counters, createCounters } from './auth/guessing/counters.ts';
import type { Limits } from './auth/guessing/limits.ts';
import type { Store } from './auth/guessing/marks.ts';
import { createRedisStore } from './auth/guessing/redis-store.ts';
import { sharedKeyOf } from './auth/guessing/shared-key.ts';
import { seconds } from './base/clock.ts';
import type { Settings } from './config/settings.ts';
import type { Ground } from './ground.ts';
import type { Redis } from './redis/redis.ts';

/** Undefined where it is switched off. */
export function openGuessing(
  { settings, database, mayRead, clock, log }: Ground,
  store: Store,
): Counters | undefined {
  if (settings.guessing === 'off') return undefined;
  return createCounters({
    store,
    clock,
    key: keyOf(settings),
    allowed: settings.guessingAllow,
    limits: limitsOf(settings),
    onBurst: createBurst({ database, mayWrite: mayRead, log }),
  });
}

/** The counters that daemons share, for who only reads them. Rejects when Redis is away. */
export async function openSharedCounters({
  settings,
  redis,
  clock,
}: Pick<Ground, 'settings' | 'clock'> & { readonly redis: Redis }): Promise<Counters> {
  for (const until = clock.now() + seconds(2); !redis.isUp(); await setTimeout(20)) {
    if (clock.now() >= until) throw new Error('the counters are in Redis, and it does not answer');
  }
  const store = createRedisStore(redis);
  const { guessingAllow: allowed } = settings;
  return createCounters({ store, clock, key: keyOf(settings), allowed, limits: limitsOf(settings) });
}

/** Daemons that share marks must share the key; a process alone has one that nobody else knows. */
const keyOf = (settings: Settings): Buffer => sharedKeyOf(settings) ?? randomBytes(32);

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
