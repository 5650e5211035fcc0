/** list — everybody who may use mail, a page at a time.
 *
 * Read from the database each time: nothing is kept, and no answer holds them all. */

import { later } from '../base/answer.ts';
import type { Database } from '../database/connection.ts';
import { type ListedRow, userPage } from '../database/logins.ts';
import type { LoginServices } from '../protocol/login.ts';

export interface ListParts {
  readonly database: Pick<Database, 'rows'>;
  /** While this is false nothing is read: the schema is not known to fit. */
  readonly mayRead: () => boolean;
}

export const createList =
  ({ database, mayRead }: ListParts): LoginServices['list'] =>
  async (after) => {
    if (!mayRead()) return later('the schema is not known to fit yet');
    try {
      const rows = await database.rows<ListedRow>(userPage, [after]);
      return { kind: 'listed', users: rows.map(({ user }) => user) };
    } catch {
      return later('the database is away');
    }
  };
