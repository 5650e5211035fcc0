/** write — many users' usage, one statement. */

import type { Database } from '../database/connection.ts';
import type { Report } from './usage.ts';

/** Names that nobody has are passed over. Rejects when the database is away or refuses. */
export const writeUsage = (
  database: Pick<Database, 'transaction'>,
  reports: readonly Report[],
  warnings: readonly number[],
): Promise<void> =>
  database.transaction(async (sql) => {
    await sql.rows('select unified.record_usage($1, $2, $3, $4, $5)', [
      reports.map(({ login }) => login),
      reports.map(({ type }) => type),
      reports.map(({ amount }) => amount),
      reports.map(({ how }) => how === 'adds'),
      warnings,
    ]);
  });
