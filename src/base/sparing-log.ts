/** sparing-log — a log that a storm of one event cannot fill.
 *
 * Each event passes `limit` times in `span`; the first one after that tells how many were
 * held back (`held`). debug passes or not by its level, never by this. */

import type { Clock, Instant, Milliseconds } from './clock.ts';
import type { Log, LogFields } from './log.ts';

export interface Sparing {
  readonly clock: Clock;
  /** How often one event may be written in a span. */
  readonly limit?: number;
  readonly span?: Milliseconds;
}

interface Count {
  since: Instant;
  written: number;
  held: number;
}

type Level = 'info' | 'warn' | 'error';

export function createSparingLog(log: Log, { clock, limit = 10, span = 10_000 }: Sparing): Log {
  // Events are names in our code, so there are few.
  const counts = new Map<string, Count>();

  const write = (level: Level, event: string, fields?: LogFields): void => {
    const now = clock.now();
    const count = counts.get(event);
    if (!count || now - count.since >= span) {
      counts.set(event, { since: now, written: 1, held: 0 });
      log[level](event, count?.held ? { ...fields, held: count.held } : fields);
    } else if (count.written < limit) {
      count.written += 1;
      log[level](event, fields);
    } else {
      count.held += 1;
    }
  };

  return {
    debug: (event, fields) => log.debug(event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}
