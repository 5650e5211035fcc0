/** event-retention — what happened long ago leaves mailbox_events, some rows at a time.
 *
 * A minute after the start and then once an hour; of several nodes one does it. A failure is one line in the log,
 * and the next hour tries again.
 *
 * limits   5000 rows a transaction, then a pause: who writes events, or acts on them, waits for none of it
 * security needs nothing but the right to run one function, which dovetail_daemon has */

import { setTimeout as pause } from 'node:timers/promises';
import { hours, type Milliseconds, minutes } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Database } from './connection.ts';

export interface EventRetentionParts {
  readonly database: Pick<Database, 'transaction'>;
  readonly log: Log;
  /** False while the schema is not known to fit. */
  readonly mayRun: () => boolean;
  /** Null: for good. */
  readonly keepFor: Milliseconds | null;
  readonly first?: Milliseconds;
  readonly every?: Milliseconds;
  readonly batch?: number;
}

export interface EventRetention {
  close(): void;
}

const PAUSE: Milliseconds = 100;

/** Goes on until `close`. */
export function keepEvents(parts: EventRetentionParts): EventRetention {
  const { database, log, mayRun, keepFor, first = minutes(1), every = hours(1), batch = 5000 } = parts;
  const closing = new AbortController();
  const { signal } = closing;
  const wait = (time: Milliseconds) => pause(time, undefined, { signal, ref: false }).catch(() => undefined);

  /** How many rows went. */
  async function purge(keep: Milliseconds): Promise<number> {
    let all = 0;
    for (let purged = batch; purged >= batch && !signal.aborted; await wait(PAUSE)) {
      const [row] = await database.transaction((sql) =>
        sql.rows<{ purged: number }>(PURGE, [keep / 1000, batch]),
      );
      purged = row?.purged ?? 0;
      all += purged;
    }
    return all;
  }

  async function run(keep: Milliseconds): Promise<void> {
    await wait(first);
    for (; !signal.aborted; await wait(every)) {
      try {
        const purged = mayRun() ? await purge(keep) : 0;
        if (purged > 0) log.info('events.purged', { events: purged });
      } catch (error) {
        if (!signal.aborted) log.warn('events.not_purged', { why: reasonOf(error) });
      }
    }
  }

  if (keepFor !== null) void run(keepFor);
  return { close: () => closing.abort() };
}

const PURGE = 'select unified.purge_mailbox_events(make_interval(secs => $1), $2) as purged';
