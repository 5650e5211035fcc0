/** shared-counts — the counters in Redis, and this process's own for as long as Redis is away.
 *
 * What Redis counts is counted here too, and nothing else. So what does not fit here is refused without asking Redis,
 * a Redis that forgot everything lets none of our users begin anew, and while it is away this process
 * goes on with what it let through itself. What was let through meanwhile is not brought to Redis.
 * Mail far below its limits passes first, and Redis is told afterwards (headroom.ts).
 *
 * limits   after a failure Redis rests a while. While it is away each daemon lets through as much as the limit,
 *          and so may all together after it */

import { createBacklog } from '../../base/backlog.ts';
import type { Clock, Milliseconds } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { reasonOf } from '../../base/text.ts';
import type { Counts, Order, Outcome, Use } from './charge.ts';
import { createHeadroom, type Taken, type Told } from './headroom.ts';
import type { OwnCounts } from './memory-counts.ts';
import type { Passed, SharedCounts } from './redis-counts.ts';

export interface SharedCountsParts {
  readonly shared: SharedCounts;
  readonly own: OwnCounts;
  readonly clock: Clock;
  readonly log: Log;
  readonly restFor?: Milliseconds;
}

/** What does not fit here is refused, whatever Redis says. */
const fuller = (one: Use, other: Use): Use => (other.used > one.used ? other : one);

/** So many questions share a call: two or three milliseconds of Redis. */
const TOGETHER = 64;
/** Who is further behind waits for Redis. */
const MOST_UNASKED = 1024;

/** Its charges are not known yet; none is beyond its limit. */
const within: Outcome = { kind: 'within', due: [], exceeded: [] };

export interface SharedRates extends Counts {
  /** When Redis was told of all that passed. */
  end(): Promise<void>;
}

export function createSharedCounts(parts: SharedCountsParts): SharedRates {
  const { shared, own, clock, log, restFor = 1000 } = parts;
  const headroom = createHeadroom();
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

  async function chargeShared(order: Order, mayBeNew: readonly boolean[]): Promise<Outcome> {
    const told = await ask(() => shared.charge(order, mayBeNew));
    if (told === undefined) return own.charge(order);
    hear(order, told);
    return told;
  }

  function hear(order: Order, told: Told, taken?: Taken): void {
    headroom.hear(order, told.room, taken);
    if (told.kind === 'within') own.note(order, told.due);
  }

  const unasked = createBacklog<Passed & { readonly taken: Taken }>({
    groupOf: ({ order }) => shared.groupOf(order),
    most: TOGETHER,
    async call(passed) {
      const all = isUsable() ? await ask(() => shared.count(passed)) : undefined;
      for (const [n, { order, taken }] of passed.entries()) {
        headroom.give(taken);
        const told = all?.[n];
        if (told) hear(order, told, taken);
        else own.charge(order);
      }
    },
  });

  const isUsable = (): boolean => clock.now() >= restsUntil && shared.isUp();

  return {
    charge(order) {
      if (!isUsable()) return own.charge(order);
      const survey = own.survey(order);
      if (survey.kind === 'over') return survey;
      const { isRoomy, mayBeNew } = survey;
      const mayPass = isRoomy && unasked.size() < MOST_UNASKED;
      const taken = mayPass ? headroom.take(order, mayBeNew) : undefined;
      if (!taken) return chargeShared(order, mayBeNew);
      unasked.put({ order, mayBeNew, taken });
      return within;
    },
    look(order) {
      if (!isUsable()) return own.look(order);
      const survey = own.survey(order);
      if (survey.kind === 'over') return survey;
      return ask(() => shared.look(order)).then((outcome) => outcome ?? own.look(order));
    },
    end: unasked.end,
    uses(home, counters) {
      if (!isUsable()) return own.uses(home, counters);
      return ask(() => shared.uses(home, counters)).then((uses = []) =>
        own.uses(home, counters).map((use, n) => fuller(use, uses[n] ?? use)),
      );
    },
  };
}
