/** audit-months — keeps the months of the audit trail ahead: this one and the next two have a partition.
 *
 * The daemon asks for it when it starts and every six hours, on a connection of its own that it closes
 * again: no answer waits for it. Two nodes at once wait for one another in the database, and the second
 * finds the work done (migration 043). Without a partition no entry is lost, it is kept in the default
 * one; so a failure is one line in the log, and the next hour tries again.
 *
 * limits   waits a few seconds for a lock, rather than that writers queue up behind it
 * security needs nothing but the right to run one function, which dovetail_daemon has */

import { setTimeout as pause } from 'node:timers/promises';
import { hours, type Milliseconds, minutes, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { answersWithin, connect, destroy, farewell } from './connect.ts';

export interface AuditMonthsParts {
  readonly url: string;
  readonly log: Log;
  /** False while the schema is not known to fit. */
  readonly mayRun: () => boolean;
  readonly every?: Milliseconds;
  readonly askAgainAfter?: Milliseconds;
}

export interface AuditMonths {
  /** Waits for nothing: what is under way the database ends by itself, one way or the other. */
  close(): void;
}

const LOCK_TIMEOUT = seconds(3);
/** Of a host that froze nothing else would tell. */
const DEADLINE = minutes(5);

/** Begins at once and goes on until `close`. */
export function keepAuditMonths({
  url,
  log,
  mayRun,
  every = hours(6),
  askAgainAfter = hours(1),
}: AuditMonthsParts): AuditMonths {
  const closing = new AbortController();
  let told = '';

  /** Once; how long until the next time. */
  async function keep(): Promise<Milliseconds> {
    if (!mayRun()) return Math.min(askAgainAfter, seconds(10));
    try {
      const made = await createAuditMonths(url, closing.signal);
      if (made > 0) log.info('audit.months', { made });
      told = '';
      return every;
    } catch (error) {
      const why = reasonOf(error);
      // What is the case for a month is one line, not one an hour.
      if (told !== why && !closing.signal.aborted) log.warn('audit.months_failed', { why });
      told = why;
      return askAgainAfter;
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const next = await keep();
      await pause(next, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
  }

  void run();
  return { close: () => closing.abort() };
}

/** Makes what is missing; how many partitions that were. */
async function createAuditMonths(url: string, closing: AbortSignal): Promise<number> {
  const client = await connect({ url, application: 'dovetail audit' });
  const giveUp = () => destroy(client);
  closing.addEventListener('abort', giveUp);
  if (closing.aborted) giveUp();
  try {
    const { rows } = await answersWithin(client, DEADLINE, async () => {
      await client.query(`set lock_timeout = ${LOCK_TIMEOUT}`);
      return client.query<{ made: number }>('select unified.create_audit_partitions() as made');
    });
    return rows[0]?.made ?? 0;
  } finally {
    closing.removeEventListener('abort', giveUp);
    await farewell(client);
  }
}
