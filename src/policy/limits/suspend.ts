/** suspend — suspends the password with which mail spreads, and tells of it: an event, the audit trail, the log.
 *
 * Nobody waits for it. What the database does not take is tried again with the next message: the counters
 * say the same until their window has passed. Of two daemons that do it at once one does it.
 *
 * limits   of one password, or of one user whose password is not known, once in ten seconds at most */

import { LRUCache } from 'lru-cache';
import { type Clock, type Instant, seconds } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { printable, reasonOf } from '../../base/text.ts';
import type { Database } from '../../database/connection.ts';
import type { Counted } from './order.ts';

/** `why` is for people: `401 new recipients in 60 minutes, of 400`. */
export type Suspend = (counted: Pick<Counted, 'password' | 'whose'>, why: string, details: Details) => void;

type Details = Readonly<Record<string, string | number>>;

export interface SuspendParts {
  readonly database: Pick<Database, 'transaction'>;
  readonly mayWrite: () => boolean;
  readonly clock: Clock;
  /** Hears of each password once. */
  readonly log: Log;
}

const REST = seconds(10);
const MAX_RESTING = 10_000;

export function createSuspend({ database, mayWrite, clock, log }: SuspendParts): Suspend {
  const restsUntil = new LRUCache<string, Instant>({ max: MAX_RESTING });

  async function write(...[{ password, whose }, why, details]: Parameters<Suspend>): Promise<void> {
    if (!mayWrite()) throw new Error('the schema is not known to fit yet');
    const [which, statement] = password
      ? [password.id, 'select unified.suspend_password($1, $2, $3) as is_new']
      : [whose.user, 'select unified.report_spread($1, $2, $3) as is_new'];
    const [row] = await database.transaction((sql) =>
      sql.rows<{ is_new: boolean }>(statement, [which, why, JSON.stringify(details)]),
    );
    if (!row?.is_new) return;
    const event = password ? 'spread.suspended' : 'spread.reported';
    log.warn(event, { whose: printable(whose.credential), why, ...details });
  }

  return (counted, why, details) => {
    // After a restoration it is suspended at once again.
    const name = `${counted.whose.credential} ${counted.password?.restoredAt}`;
    if ((restsUntil.get(name) ?? Number.NEGATIVE_INFINITY) > clock.now()) return;
    restsUntil.set(name, clock.now() + REST);
    write(counted, why, details).catch((error: unknown) => {
      restsUntil.delete(name);
      log.warn('spread.later', { whose: printable(counted.whose.credential), why: reasonOf(error) });
    });
  };
}

/** For who only looks. */
export const suspendNothing: Suspend = () => undefined;
