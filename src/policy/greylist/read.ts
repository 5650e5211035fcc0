/** read — turns rows of what greylisting has seen into facts, for the cache to keep.
 *
 * Another node's writes are not announced: each mail would be. So what may yet come to more is asked again soon, and
 * what cannot, who is known already, holds until it ends. Rejects when the database is away. */

import { type Clock, type Instant, type Milliseconds, seconds } from '../../base/clock.ts';
import type { Fetched } from '../../database/cache.ts';
import type { Database } from '../../database/connection.ts';
import { type GreylistRow, greylistEntries } from '../../database/greylist.ts';
import type { GreylistTerms, Seen } from './state.ts';

const ASK_AGAIN_AFTER: Milliseconds = seconds(10);

export async function readGreylist(
  database: Pick<Database, 'rows'>,
  keys: readonly string[],
  clock: Clock,
  { knownAfter }: Pick<GreylistTerms, 'knownAfter'>,
): Promise<Map<string, Fetched<Seen>>> {
  const rows = await database.rows<GreylistRow>(greylistEntries, [keys]);
  const now = clock.now();
  const facts = new Map<string, Fetched<Seen>>();
  for (const key of keys) facts.set(key, { value: undefined, changesIn: ASK_AGAIN_AFTER });
  for (const row of rows) facts.set(row.key, factOf(row, now, Math.max(1, knownAfter)));
  return facts;
}

/** Ages are the database's, so the clocks of the nodes need not agree. */
function factOf({ passes, age, changes_in }: GreylistRow, now: Instant, enough: number): Fetched<Seen> {
  const endsIn = Math.max(0, seconds(changes_in));
  return {
    value: { passes, firstSeenAt: now - seconds(age), endsAt: now + seconds(changes_in) },
    changesIn: passes >= enough ? endsIn : Math.min(endsIn, ASK_AGAIN_AFTER),
  };
}
