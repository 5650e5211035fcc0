/** read — turns rows of the lists into facts, for the caches to keep.
 *
 * Rejects when the database is away; about a key that is not in the map no list says anything. */

import { seconds } from '../../base/clock.ts';
import { type AccessRow, accessEntries, clientAccessEntries } from '../../database/access.ts';
import type { Fetched } from '../../database/cache.ts';
import type { Database } from '../../database/connection.ts';
import type { Statement } from '../../database/statement.ts';
import type { AccessFacts, Entry } from './facts.ts';

type Rows = Pick<Database, 'rows'>;
type Read = Map<string, Fetched<AccessFacts>>;

/** By `sender ann@example.net`, `recipient @example.net`. */
export const readAccess = (database: Rows, keys: readonly string[]): Promise<Read> =>
  readEntries(database, accessEntries, keys);

/** By the client's address. */
export const readClientAccess = (database: Rows, keys: readonly string[]): Promise<Read> =>
  readEntries(database, clientAccessEntries, keys);

async function readEntries(database: Rows, statement: Statement, keys: readonly string[]): Promise<Read> {
  const read = new Map<string, { value: Entry[]; changesIn?: number }>();
  for (const { key, owner, verdict, bits, changes_in } of await database.rows<AccessRow>(statement, [keys])) {
    const fact = read.get(key) ?? { value: [] };
    read.set(key, fact);
    fact.value.push({ owner, verdict, bits });
    if (changes_in === null) continue;
    fact.changesIn = Math.min(fact.changesIn ?? Number.POSITIVE_INFINITY, Math.max(0, seconds(changes_in)));
  }
  return read;
}
