/** open-guessing — makes the guard against guessing of the settings: its limits, key and store. */

import { randomBytes } from 'node:crypto';
import { createBurst } from './auth/guessing/burst.ts';
import { type Counters, createCounters } from './auth/guessing/counters.ts';
import type { Limits } from './auth/guessing/limits.ts';
import { createMemoryStore } from './auth/guessing/memory-store.ts';
import { type Clock, seconds } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Settings } from './config/settings.ts';
import type { Database } from './database/connection.ts';

export interface OpenGuessingParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly mayRead: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Undefined where it is switched off. */
export function openGuessing({
  settings,
  database,
  mayRead,
  clock,
  log,
}: OpenGuessingParts): Counters | undefined {
  if (settings.guessing === 'off') return undefined;
  return createCounters({
    store: createMemoryStore({ now: () => clock.date().getTime() }),
    clock,
    key: randomBytes(32),
    allowed: settings.guessingAllow,
    limits: limitsOf(settings),
    onBurst: createBurst({ database, mayWrite: mayRead, log }),
  });
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
