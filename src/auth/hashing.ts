/** hashing — the bounded queue in front of costly password hashes.
 *
 * Native hashes run on libuv's few threads and would keep files and DNS waiting there; the
 * rest waits here, in order, and past the limit the answer is `later`: a refusal would be a lie
 * and a longer queue would only answer after the mail server gave up. */

import { type Found, found, type Later, later } from '../base/answer.ts';

export interface Hashing {
  /** Runs `work` when its turn comes; `later` without running it when too many wait. Rejects
   * only with what `work` rejects with. */
  run<T>(work: () => Promise<T>): Promise<Found<T> | Later>;
}

export interface HashingLimits {
  /** How many may run at once: no more than cores. */
  readonly atOnce: number;
  /** How many may wait: at 20 ms each and two cores, 200 wait for two seconds. */
  readonly waiting: number;
}

export function createHashing({ atOnce, waiting }: HashingLimits): Hashing {
  const queue: (() => void)[] = [];
  let running = 0;

  const turn = (): Promise<void> | undefined => {
    if (running >= atOnce) return new Promise((resolve) => queue.push(resolve));
    running += 1;
    return undefined;
  };
  // A place is handed on, not given back and taken again: nobody can slip in between.
  const done = (): void => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    async run(work) {
      if (running >= atOnce && queue.length >= waiting) return later('too many logins at once');
      await turn();
      try {
        return found(await work());
      } finally {
        done();
      }
    },
  };
}
