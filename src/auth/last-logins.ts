/** last-logins — when users logged in last, as their mail server tells it, on its way into the database.
 *
 * Where the mail server compares the passwords itself, nothing else tells of a login. Nobody waits
 * for it, and of a user only the newest counts: what a crash takes with it the next login mends.
 *
 * limits   10,000 users wait while the database is away; of more nothing is kept */

import type { Clock, Milliseconds } from '../base/clock.ts';
import { seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { isRefusal } from '../database/refusal.ts';

export interface LastLogins {
  /** Wall-clock time; one that is yet to come is now. */
  record(login: string, at: Date): void;
  /** Writes what there is. Never rejects. */
  close(): Promise<void>;
}

export interface LastLoginsParts {
  /** One transaction. Rejects when the database did not do it. */
  readonly write: (logins: ReadonlyMap<string, Date>) => Promise<void>;
  readonly clock: Pick<Clock, 'date'>;
  /** Hears each failure: a sparing one. */
  readonly log: Log;
  readonly every?: Milliseconds;
}

const MAX_WAITING = 10_000;

export function createLastLogins({ write, clock, log, every = seconds(1) }: LastLoginsParts): LastLogins {
  let waiting = new Map<string, Date>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  function record(login: string, at: Date): void {
    const now = clock.date();
    keep(login, at < now ? at : now);
    timer ??= setTimeout(flush, every);
  }

  function keep(login: string, at: Date): void {
    const known = waiting.get(login);
    if (known ? known < at : waiting.size < MAX_WAITING) waiting.set(login, at);
  }

  function flush(): void {
    timer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
      if (waiting.size > 0) timer ??= setTimeout(flush, every);
    });
  }

  async function writeAll(): Promise<void> {
    const batch = waiting;
    waiting = new Map();
    try {
      await write(batch);
    } catch (error) {
      log.warn('last_logins.away', { why: reasonOf(error) });
      // What the database does not take now it will not take later either.
      if (!isRefusal(error)) for (const [login, at] of batch) keep(login, at);
    }
  }

  return {
    record,
    async close() {
      await writing;
      clearTimeout(timer);
      if (waiting.size > 0) await writeAll();
    },
  };
}
