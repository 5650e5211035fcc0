/** charging — what a request is charged, and to whom; once, however many rules ask.
 *
 * A limit that cannot be read is `later`; one that is only last known may be lifted since, and refuses nobody
 * for good. Redis away is no such case: the process then counts alone. */

import { andThen, type Later, type Soon } from '../../base/answer.ts';
import type { Fact, FactCache } from '../../database/facts.ts';
import type { PolicyRequest } from '../request.ts';
import type { Counts, Outcome } from './charge.ts';
import type { LimitFacts } from './limit.ts';
import { type Counted, loginOf, orderFor } from './order.ts';
import type { Password, SentBy } from './sent-by.ts';

export type Charged =
  /** Nothing is limited. */
  | { readonly kind: 'free' }
  | { readonly kind: 'counted'; readonly counted: Counted; readonly outcome: Outcome }
  | Later;

/** Never rejects for want of a database. */
export type Charge = (request: PolicyRequest) => Soon<Charged>;

export interface ChargingParts {
  readonly limits: FactCache<LimitFacts>;
  /** Charges, or only looks. */
  readonly count: Counts['charge'];
  readonly sentBy: SentBy;
}

const free: Charged = { kind: 'free' };

export function createCharging({ limits, count: countOrder, sentBy }: ChargingParts): Charge {
  const charged = new WeakMap<PolicyRequest, Soon<Charged>>();

  function count(request: PolicyRequest): Soon<Charged> {
    const login = loginOf(request);
    const facts = limits.peek(login);
    if (facts?.value) return countBy(facts.value, request);
    return load(login, request);
  }

  /** A login that is not ours has the limits of everybody. */
  async function load(login: string, request: PolicyRequest): Promise<Charged> {
    const own = await factOf(login);
    if (own.kind === 'later') return own;
    const facts = own.value ? own : await factOf('');
    if (facts.kind === 'later') return facts;
    if (!facts.value) return free;
    return countBy(facts.lastKnown ? unproven(facts.value) : facts.value, request);
  }

  async function factOf(login: string): Promise<Fact<LimitFacts>> {
    const fact = limits.peek(login) ?? (await limits.load([login])).get(login);
    return fact ?? { kind: 'later', why: 'no fact about limits was loaded' };
  }

  function countBy(facts: LimitFacts, request: PolicyRequest): Soon<Charged> {
    const isAsked = facts.login !== '' && facts.limits.some(({ by }) => by === 'credential');
    return isAsked
      ? andThen(sentBy(facts.login, request), (password) => countFor(facts, request, password))
      : countFor(facts, request, undefined);
  }

  function countFor(
    facts: LimitFacts,
    request: PolicyRequest,
    password: Password | undefined,
  ): Soon<Charged> {
    const counted = orderFor(request, facts, password);
    if (!counted) return free;
    return andThen(countOrder(counted.order), (outcome) => ({ kind: 'counted', counted, outcome }));
  }

  return (request) => {
    const before = charged.get(request);
    if (before !== undefined) return before;
    const now = count(request);
    // Most are free, and to remember each request costs more than to look again.
    if (now !== free) charged.set(request, now);
    return now;
  };
}

const unproven = (facts: LimitFacts): LimitFacts => ({
  ...facts,
  limits: facts.limits.map((limit) => ({ ...limit, isPermanent: false })),
});
