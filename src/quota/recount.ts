/** recount — has mailboxes counted whose reported totals came so close together that the last may not be the newest.
 *
 * Two deliveries to one mailbox report in any order, and once it is full nothing is delivered that would
 * report again. So it is counted a few seconds after.
 *
 * limits   80 mailboxes a second, for Dovecot has other work; 10,000 wait, of more the oldest are given up: their
 *          next report tells */

import { type Clock, type Instant, type Milliseconds, seconds } from '../base/clock.ts';
import type { Counting } from './counting.ts';

export interface Recount {
  /** By login name. */
  unsure(logins: Iterable<string>): void;
  close(): void;
}

export interface RecountParts {
  readonly count: Counting['count'];
  readonly clock: Clock;
  /** What is under way by then has arrived. */
  readonly after?: Milliseconds;
}

const MAX_WAITING = 10_000;
const PAUSE = 250;
/** As many as one request of doveadm takes. */
const AT_ONCE = 20;

export function createRecount({ count, clock, after = seconds(5) }: RecountParts): Recount {
  /** When each is due; the first to be due first. */
  const waiting = new Map<string, Instant>();
  let timer: NodeJS.Timeout | undefined;
  let notBefore = clock.now();
  let isClosed = false;

  function unsure(logins: Iterable<string>): void {
    const due = clock.now() + after;
    for (const login of logins) if (!waiting.has(login)) waiting.set(login, due);
    for (const [login] of waiting) {
      if (waiting.size <= MAX_WAITING) break;
      waiting.delete(login);
    }
    wake();
  }

  function wake(): void {
    const [first] = waiting.values();
    if (first === undefined || isClosed) return;
    timer ??= setTimeout(() => void countDue(), Math.max(Math.max(first, notBefore) - clock.now(), 0));
  }

  async function countDue(): Promise<void> {
    const now = clock.now();
    const due: string[] = [];
    for (const [login, at] of waiting) {
      if (at > now || due.length === AT_ONCE) break;
      due.push(login);
      waiting.delete(login);
    }
    const answers = await Promise.all(due.map((login) => count(login, now)));
    timer = undefined;
    notBefore = clock.now() + PAUSE;
    unsure(due.filter((_, n) => answers[n]?.kind === 'later'));
  }

  return {
    unsure,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
