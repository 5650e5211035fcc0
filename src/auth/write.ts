/** write — the one change that a login makes: a hash under a better scheme. */

import type { Database } from '../database/connection.ts';
import type { Replacement } from './rehash.ts';

/** False where another hash than `known` is stored by now. Rejects when the database is away or
 * takes no changes. */
export async function replaceHash(
  database: Pick<Database, 'transaction'>,
  { id, known, scheme, text }: Replacement,
): Promise<boolean> {
  const [row] = await database.transaction((sql) =>
    sql.rows<{ replaced: boolean }>('select unified.rehash_password($1, $2, $3, $4) as replaced', [
      id,
      known,
      scheme,
      text,
    ]),
  );
  return row?.replaced ?? false;
}
