/** facts — how full a mailbox is, in the shape in which the cache keeps it. */

import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Database } from '../database/connection.ts';
import { type QuotaRow, quotaFacts } from '../database/limits.ts';

/** Bytes, or a number of messages; a limit that is null is none. */
export interface Measure {
  readonly limit: number | null;
  readonly usage: number;
}

export interface QuotaFacts {
  /** The login name of the mailbox. */
  readonly login: string;
  readonly storage: Measure;
  readonly messages: Measure;
  /** What all its mailboxes may use together; null: as much as they like. What they do: totals.ts. */
  readonly domain: { readonly name: string; readonly limit: number | null };
  /** How long the mailbox has been full, when it was read; undefined while it is not. */
  readonly fullFor: Milliseconds | undefined;
}

/** Limits are announced, and so is that a mailbox is full or not. Usage goes on without: what is left for a message
 * is this old at most. */
const MEASURE_IS_GOOD = seconds(5);

/** By the mailbox's address. Rejects when the database is away; a key that is not in the map has no mailbox. */
export async function readQuotas(
  database: Pick<Database, 'rows'>,
  keys: readonly string[],
): Promise<Map<string, { value: QuotaFacts; changesIn: Milliseconds | undefined }>> {
  const rows = await database.rows<QuotaRow>(quotaFacts, [keys]);
  return new Map(
    rows.map((row) => {
      const value = factsOf(row);
      return [row.address, { value, changesIn: isLimited(value) ? MEASURE_IS_GOOD : undefined }];
    }),
  );
}

const isLimited = ({ storage, messages, domain }: QuotaFacts): boolean =>
  storage.limit !== null || messages.limit !== null || domain.limit !== null;

const factsOf = (row: QuotaRow): QuotaFacts => ({
  login: row.login,
  storage: { limit: row.storage_limit, usage: row.storage_usage },
  messages: { limit: row.messages_limit, usage: row.messages_usage },
  domain: { name: row.domain, limit: row.domain_limit },
  fullFor: row.full_for === null ? undefined : seconds(row.full_for),
});
