/** totals — what all mailboxes of a domain use together: summed once for all who ask, and kept for a while.
 *
 * To sum takes as long as the domain is large, a tenth of a second for 100,000 mailboxes. So it is done on a
 * connection on which no lookup waits, after five seconds anew, and a twentieth of the time at most.
 *
 * limits   who asks waits for two seconds; a domain that takes longer is not judged by its total */

import { type Clock, type Milliseconds, seconds } from '../base/clock.ts';
import { within } from '../base/deadline.ts';
import type { Database } from '../database/connection.ts';

const GOOD_FOR = seconds(5);
const SHARE = 20;
const PATIENCE = seconds(2);

const SUM = 'select name, unified.usage_of_domain(name)::float8 as usage from unnest($1::text[]) as name';

/** Bytes, by domain. Rejects when the database is away or too slow. */
export async function readTotals(
  database: Pick<Database, 'transaction'>,
  domains: readonly string[],
  clock: Pick<Clock, 'now'>,
): Promise<Map<string, { value: number; changesIn: Milliseconds }>> {
  const begun = clock.now();
  const rows = await within(
    database.transaction(async (sql) => {
      await sql.rows(`set local statement_timeout = ${PATIENCE}`);
      return sql.rows<{ name: string; usage: number }>(SUM, [domains]);
    }),
    PATIENCE,
  );
  // It is as old as its reading began.
  const changesIn = Math.max(GOOD_FOR, SHARE * (clock.now() - begun));
  return new Map(rows.map(({ name, usage }) => [name, { value: usage, changesIn }]));
}
