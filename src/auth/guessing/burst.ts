/** burst — tells who acts on mailbox events that somebody's password is being guessed. */

import { canonicalOf } from '../../base/address.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Database } from '../../database/connection.ts';

export interface BurstParts {
  readonly database: Pick<Database, 'transaction'>;
  readonly mayWrite: () => boolean;
  readonly log: Log;
}

/** An event that cannot be written is said in the log, and lost. */
export function createBurst({ database, mayWrite, log }: BurstParts): (user: string, wrong: number) => void {
  async function write(user: string, wrong: number): Promise<void> {
    if (!mayWrite()) throw new Error('the schema is not known to fit yet');
    await database.transaction((sql) =>
      sql.rows("select unified.record_event('login_failed_burst', $1, $2)", [
        canonicalOf(user),
        JSON.stringify({ wrong_passwords: wrong }),
      ]),
    );
  }
  return (user, wrong) => {
    write(user, wrong).catch((error: unknown) => log.warn('guessing.event_lost', { why: reasonOf(error) }));
  };
}
