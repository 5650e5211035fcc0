/** shared-counts — the counters in Redis, and this process's own for as long as Redis is away.
 *
 * What Redis counts is counted here too, and nothing else. So what does not fit here is refused without asking Redis,
 * a Redis that forgot everything lets none of our users begin anew, and while it is away this process
 * goes on with what it let through itself. What was let through meanwhile is not brought to Redis.
 *
 * limits   after a failure Redis rests a while. While it is away each daemon lets through as much as the limit,
 *          and so may all together after it */

import type { Clock, Milliseconds } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Counts, Order, Outcome, Use } from './charge.ts';
import type { OwnCounts } from './memory-counts.ts';
import type { SharedCounts } from './redis-counts.ts';

export interface SharedCountsParts {
  readonly shared: SharedCounts;
  readonly own: OwnCounts;
  readonly clock: Clock;
  readonly log: Log;
  readonly restFor?: Milliseconds;
}

/** What does not fit here is refused, whatever Redis says. */
const fuller = (one: Use, other: Use): Use => (other.used > one.used ? other : one);

export function createSharedCounts(parts: SharedCountsParts): Counts {
  const { shared, own, clock, log, restFor = 1000 } = parts;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let isAway = false;

  /** Undefined: Redis cannot tell. */
  async function ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      const outcome = await question();
      if (isAway) log.info('limits.redis_back');
      isAway = false;
      return outcome;
    } catch (error) {
      restsUntil = clock.now() + restFor;
      if (!isAway) log.warn('limits.redis_away', { why: reasonOf(error) });
      isAway = true;
      return undefined;
    }
  }

  async function chargeShared(order: Order): Promise<Outcome> {
    const outcome = await ask(() => shared.charge(order));
    if (outcome === undefined) return own.charge(order);
    if (outcome.kind === 'within') own.note(order, outcome.due);
    return outcome;
  }

  const isUsable = (): boolean => clock.now() >= restsUntil && shared.isUp();

  return {
    charge(order) {
      if (!isUsable()) return own.charge(order);
      const over = own.lookForSure(order);
      return over ?? chargeShared(order);
    },
    look(order) {
      if (!isUsable()) return own.look(order);
      return (
        own.lookForSure(order) ?? ask(() => shared.look(order)).then((outcome) => outcome ?? own.look(order))
      );
    },
    uses(home, counters) {
      if (!isUsable()) return own.uses(home, counters);
      return ask(() => shared.uses(home, counters)).then((uses = []) =>
        own.uses(home, counters).map((use, n) => fuller(use, uses[n] ?? use)),
      );
    },
  };
}
