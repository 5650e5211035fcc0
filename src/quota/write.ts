/** write — many users' usage, one statement. */

import type { Clock, Instant } from '../base/clock.ts';
import type { Database } from '../database/connection.ts';
import type { Counted } from '../net/doveadm.ts';
import type { DatedReport } from './waiting.ts';

export interface WriteUsageOptions {
  readonly clock: Clock;
  /** At which percentages a warning is due. */
  readonly warnings: readonly number[];
}

type Transactions = Pick<Database, 'transaction'>;

/** Who was reported of shortly before, so that nobody knows which total is the newer. Names that nobody has
 * are passed over, and so are totals older than what is written. Rejects when the database is away or refuses. */
export const writeUsage = (
  database: Transactions,
  reports: readonly DatedReport[],
  { clock, warnings }: WriteUsageOptions,
): Promise<readonly string[]> =>
  database.transaction(async (sql) => {
    const now = clock.now();
    const rows = await sql.rows<{ login: string }>(
      'select login from unified.record_usage($1, $2, $3, $4, $5, $6) as login',
      [
        reports.map(({ login }) => login),
        reports.map(({ type }) => type),
        reports.map(({ amount }) => amount),
        reports.map(({ how }) => how === 'adds'),
        warnings,
        reports.map(({ at }) => (now - at) / 1000),
      ],
    );
    return rows.map(({ login }) => login);
  });

/** Writes what Dovecot counted `at` that time, where something else is written. Rejects as above. */
export const correctUsage = (
  database: Transactions,
  counted: ReadonlyMap<string, Counted>,
  at: Instant,
  { clock, warnings }: WriteUsageOptions,
): Promise<void> =>
  database.transaction(async (sql) => {
    await sql.rows('select unified.correct_usage($1, $2, $3, $4, $5)', [
      [...counted.keys()],
      [...counted.values()].map(({ kibibytes }) => kibibytes),
      [...counted.values()].map(({ messages }) => messages),
      warnings,
      (clock.now() - at) / 1000,
    ]);
  });
