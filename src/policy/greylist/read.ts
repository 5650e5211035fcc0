/** read — turns rows of what greylisting has seen into facts, for the cache to keep.
 *
 * Rejects when the database is away; a key that is not in the map was not seen, or is forgotten. */

import { type Clock, seconds } from '../../base/clock.ts';
import type { Fetched } from '../../database/cache.ts';
import type { Database } from '../../database/connection.ts';
import { type GreylistRow, greylistEntries } from '../../database/greylist.ts';
import type { Seen } from './state.ts';

/** Ages are the database's, so the clocks of the nodes need not agree. */
export async function readGreylist(
  database: Pick<Database, 'rows'>,
  keys: readonly string[],
  clock: Clock,
): Promise<Map<string, Fetched<Seen>>> {
  const rows = await database.rows<GreylistRow>(greylistEntries, [keys]);
  const now = clock.now();
  return new Map(
    rows.map(({ key, passes, age, changes_in }) => [
      key,
      {
        value: { passes, firstSeenAt: now - seconds(age), endsAt: now + seconds(changes_in) },
        changesIn: Math.max(0, seconds(changes_in)),
      },
    ]),
  );
}
