/** dry — what the rules may ask when nothing may come of it: no counter of the host is raised, nothing is remembered of a
 * stranger. Facts are those of the database; rate limits and greylisting begin with nothing known, and learn from what is
 * replayed, by its own time.
 *
 * limits   200,000 entries of greylisting, counters as memory-counts.ts says; of more the longest unused go */

import { LRUCache } from 'lru-cache';
import type { Instant } from '../../base/clock.ts';
import type { Fact, FactCache, Known } from '../../database/facts.ts';
import type { GreylistServices } from '../greylist/services.ts';
import type { Seen } from '../greylist/state.ts';
import { createCharging } from '../limits/charging.ts';
import type { LimitFacts } from '../limits/limit.ts';
import { createMemoryCounts } from '../limits/memory-counts.ts';
import { suspendNothing } from '../limits/suspend.ts';
import { isEnforced, type Ordered } from '../order.ts';
import { rateLimits } from '../rules/rate-limits.ts';
import type { PolicyServices } from '../services.ts';

const MAX_SEEN = 200_000;

/** By the clock of what is replayed, for rules in these modes; with these changes to limits. */
export type DryServices = (
  now: () => Instant,
  order: readonly Ordered[],
  changeLimits?: (facts: LimitFacts) => LimitFacts,
) => PolicyServices;

/** Each is listed, so that a new one is thought of. */
export const createDryServices =
  (real: PolicyServices, limits: FactCache<LimitFacts>): DryServices =>
  (now, order, changeLimits) => ({
    answer: real.answer,
    recall: real.recall,
    resolution: real.resolution,
    mayUseMail: real.mayUseMail,
    // Which of a user's passwords it was, nobody has written down.
    lapseOf: () => undefined,
    logins: real.logins,
    groups: real.groups,
    greylist: dryGreylist(real.greylist, now),
    charge: createCharging({
      limits: changeLimits ? changing(limits, changeLimits) : limits,
      count: createMemoryCounts({ now }).charge,
      sentBy: () => undefined,
      isEnforced: () => isEnforced(order, rateLimits),
    }),
    suspend: suspendNothing,
    quotas: real.quotas,
    totals: real.totals,
    count: real.count,
    fullMailboxes: real.fullMailboxes,
  });

/** The same facts, each changed. */
function changing<V>(facts: FactCache<V>, change: (value: V) => V): FactCache<V> {
  const changed = <F extends Fact<V>>(fact: F): F =>
    fact.kind === 'later' || fact.value === undefined ? fact : { ...fact, value: change(fact.value) };
  return {
    peek(key) {
      const fact = facts.peek(key);
      return fact && changed(fact);
    },
    async load(keys) {
      return new Map([...(await facts.load(keys))].map(([key, fact]) => [key, changed(fact)]));
    },
  };
}

function dryGreylist({ terms, exempt }: GreylistServices, now: () => Instant): GreylistServices {
  const entries = new LRUCache<string, Seen>({ maxSize: MAX_SEEN, sizeCalculation: () => 1 });
  const peek = (key: string): Known<Seen> => {
    const seen = entries.get(key);
    return { kind: 'known', value: seen && seen.endsAt > now() ? seen : undefined, lastKnown: false };
  };
  const seen: FactCache<Seen> = {
    peek,
    load: async (keys) => new Map(keys.map((key) => [key, peek(key)])),
  };
  return {
    seen,
    terms,
    exempt,
    now,
    trouble: () => undefined,
    record({ key }, passes, keepFor) {
      const before = peek(key).value;
      entries.set(key, {
        firstSeenAt: before?.firstSeenAt ?? now(),
        passes: (before?.passes ?? 0) + passes,
        endsAt: Math.max(before?.endsAt ?? 0, now() + keepFor),
      });
    },
  };
}
