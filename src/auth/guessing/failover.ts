/** failover — a shared store, and this process's own for as long as the shared one is away.
 *
 * Every mark is made in both. What the shared one did not take is owed to it and brought to it, in its
 * order, when it is back; only then is it asked again. So an outage forgets no success and no guess of
 * this process, and what others did meanwhile counts again after it.
 *
 * limits   no question waits longer than `deadline`; after a failure the shared store rests a while; so
 *          many changes are owed at most, then the oldest are forgotten (a mark ends by itself anyway) */

import type { Soon } from '../../base/answer.ts';
import type { Clock, Milliseconds } from '../../base/clock.ts';
import { within } from '../../base/deadline.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Marks, SetName, Store } from './marks.ts';
import type { SharedStore } from './redis-store.ts';

export interface FailoverParts {
  readonly shared: SharedStore;
  readonly local: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly deadline?: Milliseconds;
  readonly restFor?: Milliseconds;
  readonly maxOwed?: number;
}

type Change = (store: Store) => Soon<void>;

export function createFailover(parts: FailoverParts): Store {
  const { shared, local, clock, log, deadline = 50, restFor = 1000, maxOwed = 10_000 } = parts;
  const owed: Change[] = [];
  let restsUntil = Number.NEGATIVE_INFINITY;
  let isPaying = false;
  let isAway = false;
  let timer: NodeJS.Timeout | undefined;

  function failed(error: unknown): void {
    restsUntil = clock.now() + restFor;
    if (!isAway) log.warn('guessing.redis_away', { why: reasonOf(error) });
    isAway = true;
  }

  /** What was asked before it failed last may still be answered, and shows nothing. */
  function answered(): void {
    if (!isAway || clock.now() < restsUntil) return;
    log.info('guessing.redis_back');
    isAway = false;
  }

  /** Whether the shared store may be asked; brings it what it is owed first. */
  function isUsable(): boolean {
    if (clock.now() < restsUntil) return false;
    if (!shared.isUp()) return false;
    if (owed.length > 0) void pay();
    return owed.length === 0;
  }

  async function pay(): Promise<void> {
    if (isPaying) return;
    isPaying = true;
    try {
      for (let change = owed[0]; change; change = owed[0]) {
        await within(change(shared), deadline);
        // Not shifted if it was forgotten meanwhile.
        if (owed[0] === change) owed.shift();
      }
      answered();
    } catch (error) {
      failed(error);
    } finally {
      isPaying = false;
    }
  }

  function owe(change: Change): void {
    owed.push(change);
    if (owed.length > maxOwed) owed.shift();
    tryAgain();
  }

  /** Nobody may ask for a while, and what is owed is still missed by other daemons. */
  function tryAgain(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!isUsable() && owed.length > 0) tryAgain();
    }, restFor).unref();
  }

  async function change(make: Change): Promise<void> {
    await make(local);
    if (!isUsable()) return owe(make);
    try {
      await within(make(shared), deadline);
      answered();
    } catch (error) {
      failed(error);
      owe(make);
    }
  }

  async function readShared(sets: readonly SetName[]): Promise<readonly Marks[]> {
    try {
      const marks = await within(shared.read(sets), deadline);
      answered();
      return marks;
    } catch (error) {
      failed(error);
      return local.read(sets);
    }
  }

  return {
    read: (sets) => (isUsable() ? readShared(sets) : local.read(sets)),
    add: (mark) => change((store) => store.add(mark)),
    clear: (set) => change((store) => store.clear(set)),
    close() {
      clearTimeout(timer);
      owed.length = 0;
      shared.close();
      local.close();
    },
  };
}
