/** hashing — the bounded queue in front of costly password hashes.
 *
 * Native hashes run on libuv's few threads and would keep files and DNS waiting there; the
 * rest waits here, in order, and past the limit the answer is `later`: a refusal would be a lie
 * and a longer queue would only answer after the mail server gave up. Who has waited so long that his
 * peer was told `later` by the deadline of all answers is not hashed: it would take the time of others
 * who are still heard, and a queue of slow hashes would answer nobody any more.
 *
 * What nobody waits for runs when no login does, one at a time, so that another place is free. */

import { type Found, found, type Later, later } from '../base/answer.ts';
import type { Clock, Milliseconds } from '../base/clock.ts';

export interface Hashing {
  /** Runs `work` when its turn comes; `later` without running it when too many wait. Rejects
   * only with what `work` rejects with. */
  run<T>(work: () => Promise<T>): Promise<Found<T> | Later>;
}

export interface HashingQueue extends Hashing {
  /** The same for work that nobody waits for. */
  runIdle: Hashing['run'];
}

export interface HashingLimits {
  /** How many may run at once: no more than cores. */
  readonly atOnce: number;
  /** How many may wait: at 20 ms each and two cores, 200 wait for two seconds. */
  readonly waiting: number;
  /** How many may wait that nobody waits for. */
  readonly waitingIdle?: number;
  /** How long somebody waits for his turn; without it as long as it takes. */
  readonly patience?: { readonly clock: Clock; readonly most: Milliseconds };
}

const tooMany = later('too many logins at once');

export function createHashing({ atOnce, waiting, waitingIdle = 100, patience }: HashingLimits): HashingQueue {
  const queue: (() => void)[] = [];
  const idle: (() => void)[] = [];
  let running = 0;
  let isIdleRunning = false;

  const turn = (): Promise<void> | undefined => {
    if (running >= atOnce) return new Promise((resolve) => queue.push(resolve));
    running += 1;
    return undefined;
  };
  const idleTurn = (): Promise<void> =>
    new Promise((resolve) => {
      idle.push(resolve);
      startIdle();
    });
  function startIdle(): void {
    if (isIdleRunning || running >= atOnce) return;
    const next = idle.shift();
    if (!next) return;
    isIdleRunning = true;
    running += 1;
    next();
  }
  // A place is handed on, not given back and taken again: nobody can slip in between.
  const done = (): void => {
    const next = queue.shift();
    if (next) next();
    else {
      running -= 1;
      startIdle();
    }
  };

  return {
    async run(work) {
      if (running >= atOnce && queue.length >= waiting) return tooMany;
      const since = patience?.clock.now() ?? 0;
      await turn();
      try {
        if (patience && patience.clock.now() - since >= patience.most) return tooMany;
        return found(await work());
      } finally {
        done();
      }
    },
    async runIdle(work) {
      if (idle.length >= waitingIdle) return later('too many hashes wait');
      await idleTurn();
      try {
        return found(await work());
      } finally {
        isIdleRunning = false;
        done();
      }
    },
  };
}
