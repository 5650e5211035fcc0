/** charges — what of a recipient's fate is counted, and when it is too much. Pure.
 *
 * Two counters of a password: recipients who do not exist, each once a month, and all who were delivered to or bounced.
 * Many refusals alone say little: who writes to ten thousand has hundreds. So both must be: more than the limit, and a
 * share of what found its end meanwhile. What was sent would be no measure: it may find its end hours later, when the
 * window has forgotten it. */

import type { Charge, Counted as CountedMeter, Order } from '../limits/charge.ts';
import type { Limit, LimitFacts } from '../limits/limit.ts';
import { bouncesOwner, homeOf, type Whose } from '../limits/order.ts';
import { meterOf } from '../limits/plan.ts';
import type { Password } from '../limits/sent-by.ts';

/** What all users with the same limits have in common. */
export interface BouncePlan {
  /** Those of bounces. */
  readonly limits: readonly Limit[];
  /** Of who is refused; first those of the limits, in their order. */
  readonly refused: readonly Charge[];
  readonly delivered: readonly Charge[];
}

const plans = new WeakMap<readonly Limit[], BouncePlan>();

export function bouncePlan(all: readonly Limit[]): BouncePlan {
  const known = plans.get(all);
  if (known) return known;
  const limits = all.filter(({ counter }) => counter === 'bounces');
  const common = { owner: 0, once: 0, isSoft: true, isDoubtful: false };
  const delivered = limits.map((limit) => ({ ...common, ...settledMeter(limit), ifNew: undefined }));
  const refused = limits.map((limit) => ({ ...common, ...meterOf(limit), ifNew: 0 }));
  const plan = { limits, refused: [...refused, ...delivered], delivered };
  plans.set(all, plan);
  return plan;
}

/** Counted beside a limit, and never too much by itself. */
const settledMeter = ({ window }: Limit) => ({
  meter: `settled:${window}`,
  window,
  max: Number.MAX_SAFE_INTEGER,
});

export function bounceOrder(
  facts: LimitFacts,
  { whose, password }: { readonly whose: Whose; readonly password: Password | undefined },
  { recipient, isRefused }: { readonly recipient: string; readonly isRefused: boolean },
): Order {
  const { refused, delivered } = bouncePlan(facts.limits);
  return {
    home: homeOf(facts.login, facts),
    isStranger: false,
    account: facts.login,
    // Each line of the log comes once.
    message: '',
    recipient,
    network: '',
    amount: 1,
    owners: [bouncesOwner(whose, password)],
    onces: ['recipient'],
    news: isRefused ? ['bounces'] : [],
    charges: isRefused ? refused : delivered,
  };
}

/** How much found its end in the window of this limit. */
export const settledBeside = ({ owners: [owner] }: Order, limit: Limit): CountedMeter => ({
  owner: owner as Order['owners'][number],
  ...settledMeter(limit),
});

/** A percentage. What was forgotten of the whole makes no more than all of it. */
export const shareOf = (bounces: number, settled: number): number =>
  Math.floor((100 * bounces) / Math.max(bounces, settled, 1));
