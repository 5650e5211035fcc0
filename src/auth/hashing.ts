/** hashing — the bounded queue in front of costly password hashes.
 *
 * Native hashes run on libuv's few threads and would keep files and DNS waiting there; the
 * rest waits here, in order, and past the limit the answer is `later`: a refusal would be a lie
 * and a longer queue would only answer after the mail server gave up. Who has waited so long that his
 * peer was told `later` by the deadline of all answers is not hashed: it would take the time of others
 * who are still heard, and a queue of slow hashes would answer nobody any more.
 *
 * What nobody waits for runs when no login does, one at a time, so that another place is free.
 *
 * limits   memory: each place has a part of it, and who needs no more waits for a place alone: all hashes that we make are such.
 *          What anybody needs beyond comes from the rest, in order of arrival: one who needs little of it does not pass one
 *          who needs much, or that one might wait for ever; one who needs none passes both. So who waits for memory waits
 *          for those before him and for nobody behind */

import { type Found, found, type Later, later } from '../base/answer.ts';
import type { Clock, Milliseconds } from '../base/clock.ts';
import { formatSize, roughSize } from '../base/sizes.ts';

export interface Hashing {
  /** Why work that needs so many bytes of memory would never have its turn, and what to do, for people; undefined where it
   * has. */
  objectionTo(bytes: number): string | undefined;
  /** Runs `work`, which needs so many bytes of memory, when its turn comes; `later` without running it when too many
   * wait. Rejects only with what `work` rejects with. */
  run<T>(work: () => Promise<T>, bytes?: number): Promise<Found<T> | Later>;
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
  /** How many bytes all that run may need together; without it as many as they like. */
  readonly memory?: number;
  /** How long somebody waits for his turn; without it as long as it takes. */
  readonly patience?: { readonly clock: Clock; readonly most: Milliseconds };
}

const tooMany = later('too many logins at once');
/** What a place has where there is enough: more than any hash of ours needs (argon2id.ts). */
const MOST_OF_PLACE = 32 * 2 ** 20;

interface Waiting {
  /** Bytes beyond what its place has. */
  readonly beyond: number;
  start(): void;
}

export function createHashing(limits: HashingLimits): HashingQueue {
  const { atOnce, waiting, waitingIdle = 100, memory = Number.POSITIVE_INFINITY, patience } = limits;
  const ofPlace = Math.min(MOST_OF_PLACE, Math.floor(memory / 2 / atOnce));
  const largest = memory - (atOnce - 1) * ofPlace;
  const queue: Waiting[] = [];
  const idle: Waiting[] = [];
  let running = 0;
  let left = largest - ofPlace;
  let isIdleRunning = false;

  const beyondPlace = (bytes: number): number => Math.max(0, bytes - ofPlace);
  const take = (beyond: number): void => {
    running += 1;
    left -= beyond;
  };
  /** The first who has room now, with the room. */
  function takeNext(): Waiting | undefined {
    if (running >= atOnce) return undefined;
    const firstForMemory = queue.find(({ beyond }) => beyond > 0);
    const hasRoom = (one: Waiting): boolean =>
      one.beyond === 0 || (one === firstForMemory && one.beyond <= left);
    const at = queue.findIndex(hasRoom);
    const [next] = at < 0 ? [] : queue.splice(at, 1);
    if (next) take(next.beyond);
    return next;
  }
  /** Undefined where it is its turn now. */
  const turn = (beyond: number): Promise<void> | undefined => {
    if (mustWait(beyond)) return new Promise((start) => queue.push({ beyond, start }));
    take(beyond);
    return undefined;
  };
  // While a place is free, who waits waits for memory.
  const mustWait = (beyond: number): boolean =>
    running >= atOnce || (beyond > 0 && (queue.length > 0 || beyond > left));
  const idleTurn = (beyond: number): Promise<void> =>
    new Promise((start) => {
      idle.push({ beyond, start });
      startIdle();
    });
  function startIdle(): void {
    const [next] = idle;
    if (!next || isIdleRunning || mustWait(next.beyond)) return;
    idle.shift();
    isIdleRunning = true;
    take(next.beyond);
    next.start();
  }
  // A place is handed on before anybody can slip in between.
  const done = (beyond: number): void => {
    running -= 1;
    left += beyond;
    for (let next = takeNext(); next; next = takeNext()) next.start();
    startIdle();
  };

  function objectionTo(bytes: number): string | undefined {
    if (bytes <= largest) return undefined;
    const enough = bytes + (atOnce - 1) * MOST_OF_PLACE;
    return `it needs ${roughSize(bytes)} of memory and may have ${roughSize(largest)}: DOVETAIL_HASH_MEMORY=${formatSize(enough)} would be enough`;
  }

  return {
    objectionTo,
    async run(work, bytes = 0) {
      const objection = objectionTo(bytes);
      if (objection !== undefined) return later(objection);
      const beyond = beyondPlace(bytes);
      if (mustWait(beyond) && queue.length >= waiting) return tooMany;
      const since = patience?.clock.now() ?? 0;
      await turn(beyond);
      try {
        if (patience && patience.clock.now() - since >= patience.most) return tooMany;
        return found(await work());
      } finally {
        done(beyond);
      }
    },
    async runIdle(work, bytes = 0) {
      const objection = objectionTo(bytes);
      if (objection !== undefined) return later(objection);
      if (idle.length >= waitingIdle) return later('too many hashes wait');
      const beyond = beyondPlace(bytes);
      await idleTurn(beyond);
      try {
        return found(await work());
      } finally {
        isIdleRunning = false;
        done(beyond);
      }
    },
  };
}
