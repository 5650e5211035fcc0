/** explain-guessing — what the guard against guessing thinks of a user and a client.
 *
 * The counters are where they are kept: in Redis, or in the memory of the daemon, which is asked at
 * DOVETAIL_HTTP. Of a daemon that does not answer nothing is known, and that is said. */

import type { Found } from '../auth/guessing/found.ts';
import { reasonOf } from '../base/text.ts';
import type { Database } from '../database/connection.ts';
import { showMoment } from './accounts.ts';
import { askDaemon } from './ask-daemon.ts';
import type { World } from './command.ts';

export type Guess = Found | { readonly kind: 'unknown'; readonly why: string };

/** Never rejects for want of a daemon or of Redis. */
export async function guessingOf(
  world: World,
  database: Pick<Database, 'rows'>,
  { user, ip }: { readonly user: string; readonly ip: string },
): Promise<Guess> {
  const settings = await world.settings();
  if (settings.guessing === 'off') return { kind: 'off' };
  try {
    return await (settings.redisUrl === null
      ? askDaemon<Found>(settings, '/auth/guessing', { user, ip })
      : askRedis(world, database, { user, ip }));
  } catch (error) {
    return { kind: 'unknown', why: reasonOf(error) };
  }
}

async function askRedis(
  world: World,
  database: Pick<Database, 'rows'>,
  client: { readonly user: string; readonly ip: string },
): Promise<Found> {
  const { openSharedCounters } = await import('../open-guessing.ts');
  const { foundIn } = await import('../auth/guessing/found.ts');
  const { openRedis } = await import('../open-redis.ts');
  const settings = await world.settings();
  const redis = openRedis(settings, world.log);
  if (!redis) throw new Error('the counters are not in Redis');
  world.atEnd(() => redis.close());
  const counters = await openSharedCounters({ settings, database, redis, clock: world.clock });
  return foundIn(counters, settings.guessing === 'shadow', client);
}

/** One line, for people. */
export function guessWords(guess: Guess): string {
  switch (guess.kind) {
    case 'off':
      return 'switched off (DOVETAIL_GUESSING)';
    case 'uncounted':
      return 'nothing is counted there: the address is let through (guessing_allow), or is none';
    case 'unknown':
      return `not known: ${guess.why}`;
    case 'counted':
      return countedWords(guess);
  }
}

function countedWords(found: Extract<Found, { kind: 'counted' }>): string {
  const { network, is_known, wrong_passwords, users, limits, verdict, since, until, shadow } = found;
  const known = is_known ? ', from which this user has logged in' : '';
  const counts = `${wrong_passwords} of ${limits.passwords} wrong passwords, ${users} of ${limits.users} users`;
  const begun = since === null ? '' : ` since ${showMoment(new Date(since))} UTC`;
  const end = until === null ? '' : ` until ${showMoment(new Date(until))} UTC`;
  const effects = {
    pass: 'not hindered',
    delay: `each attempt waits${end}`,
    refuse: `refused${end}`,
  } as const;
  return `${network}${known}: ${counts}${begun}: ${effects[verdict]}${shadow ? ' (in shadow: only logged)' : ''}`;
}
