/** read — turns rows of lookup_rate_limits into the limits in force, for the cache to keep.
 *
 * Keys that are not in a result are no logins of ours. Rejects when the database is away. */

import { LRUCache } from 'lru-cache';
import { seconds } from '../../base/clock.ts';
import type { Database } from '../../database/connection.ts';
import { type RateLimitRow, rateLimits } from '../../database/limits.ts';
import { type Limit, type LimitFacts, limitsInForce } from './limit.ts';

export async function readLimits(
  database: Pick<Database, 'rows'>,
  keys: readonly string[],
): Promise<Map<string, { value: LimitFacts }>> {
  const byLogin = new Map<string, RateLimitRow[]>();
  for (const row of await database.rows<RateLimitRow>(rateLimits, [keys])) {
    const before = byLogin.get(row.username);
    if (before) before.push(row);
    else byLogin.set(row.username, [row]);
  }
  return new Map([...byLogin].map(([login, rows]) => [login, { value: factsOf(rows) }]));
}

function factsOf(rows: readonly RateLimitRow[]): LimitFacts {
  const [first] = rows;
  const limits = limitsInForce(
    rows.flatMap((row) =>
      row.counter === null
        ? []
        : {
            by: row.counted_by,
            counter: row.counter,
            window: seconds(row.window_seconds),
            max: row.max_count,
            isPermanent: row.is_permanent,
            suspends: row.suspends,
          },
    ),
  );
  return { login: first?.user ?? '', domain: first?.domain ?? '', limits: shared(limits) };
}

/** Nearly all users have the same limits as many others. One list for all of them takes a kilobyte less a user,
 * and what is made of it (plan.ts) is made once. */
function shared(limits: readonly Limit[]): readonly Limit[] {
  const name = JSON.stringify(limits);
  const known = lists.get(name);
  if (!known) lists.set(name, limits);
  return known ?? limits;
}

const lists = new LRUCache<string, readonly Limit[]>({ max: 1000 });
