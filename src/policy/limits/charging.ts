/** charging — what a request is charged, and to whom; once, however many rules ask.
 *
 * A limit that cannot be read is `later`; one that is only last known may be lifted since, and refuses nobody
 * for good. Redis away is no such case: the process then counts alone.
 *
 * Beyond a limit nothing is counted, for nothing is sent. Where limits are not enforced it is sent all the same: then
 * it counts for those that suspend, as if there were no others.
 *
 * What a request was charged is remembered on the request itself, under a symbol of this charging's own: a
 * `WeakMap` of requests that live for microseconds takes as long as all the counting. */

import { andThen, type Later, type Soon } from '../../base/answer.ts';
import type { Fact, FactCache } from '../../database/facts.ts';
import type { PolicyRequest } from '../request.ts';
import type { Counts, Outcome } from './charge.ts';
import type { Limit, LimitFacts } from './limit.ts';
import { type Counted, loginOf, onlySuspending, orderFor } from './order.ts';
import type { SentBy } from './sent-by.ts';

export type Charged =
  /** Nothing is limited. */
  | { readonly kind: 'free' }
  | {
      readonly kind: 'counted';
      readonly counted: Counted;
      readonly outcome: Outcome;
      /** The limits that suspend, of which more is sent now. */
      readonly exceeded: readonly ExceededLimit[];
      /** The limits are only last known. */
      readonly isLastKnown: boolean;
    }
  | Later;

export interface ExceededLimit {
  readonly limit: Limit;
  /** With this request. */
  readonly used: number;
}

/** Never rejects for want of a database. */
export type Charge = (request: PolicyRequest) => Soon<Charged>;

export interface ChargingParts {
  readonly limits: FactCache<LimitFacts>;
  /** Charges, or only looks. */
  readonly count: Counts['charge'];
  readonly sentBy: SentBy;
  /** Whether what is beyond a limit waits (rules/rate-limits.ts). */
  readonly isEnforced: () => boolean;
}

const free: Charged = { kind: 'free' };

export function createCharging(parts: ChargingParts): Charge {
  const { limits, count: countOrder, sentBy, isEnforced } = parts;
  const CHARGED = Symbol('charged');

  function count(request: PolicyRequest): Soon<Charged> {
    const login = loginOf(request);
    const facts = limits.peek(login);
    if (facts?.value) return countBy(facts.value, request, facts.lastKnown);
    return load(login, request);
  }

  /** A login that is not ours has the limits of everybody. */
  async function load(login: string, request: PolicyRequest): Promise<Charged> {
    const own = await factOf(login);
    if (own.kind === 'later') return own;
    const facts = own.value ? own : await factOf('');
    if (facts.kind === 'later') return facts;
    return facts.value ? countBy(facts.value, request, facts.lastKnown) : free;
  }

  async function factOf(login: string): Promise<Fact<LimitFacts>> {
    const fact = limits.peek(login) ?? (await limits.load([login])).get(login);
    return fact ?? { kind: 'later', why: 'no fact about limits was loaded' };
  }

  function countBy(facts: LimitFacts, request: PolicyRequest, isLastKnown: boolean): Soon<Charged> {
    const isAsked = facts.login !== '' && facts.limits.some(({ by }) => by === 'credential');
    const password = isAsked ? sentBy(facts.login, request) : undefined;
    return andThen(password, (known) => countFor(orderFor(request, facts, known), isLastKnown));
  }

  function countFor(counted: Counted | undefined, isLastKnown: boolean): Soon<Charged> {
    if (!counted) return free;
    return andThen(countOrder(counted.order), (outcome) => {
      const charged = (exceeded: readonly ExceededLimit[]): Charged => ({
        kind: 'counted',
        counted,
        outcome,
        exceeded,
        isLastKnown,
      });
      if (outcome.kind === 'within') return charged(exceededOf(counted, outcome));
      return isEnforced() ? charged([]) : andThen(countSuspending(counted), charged);
    });
  }

  function countSuspending(counted: Counted): Soon<readonly ExceededLimit[]> {
    const suspending = onlySuspending(counted);
    if (suspending.limits.length === 0) return [];
    return andThen(countOrder(suspending.order), (outcome) => exceededOf(suspending, outcome));
  }

  return (request: PolicyRequest & { [CHARGED]?: Soon<Charged> }) => {
    const before = request[CHARGED];
    if (before !== undefined) return before;
    const now = count(request);
    // Most are free, and to remember each of them costs more than to look again.
    if (now !== free) request[CHARGED] = now;
    return now;
  };
}

const exceededOf = ({ limits }: Counted, outcome: Outcome): readonly ExceededLimit[] =>
  outcome.kind === 'over'
    ? []
    : outcome.exceeded.map(({ index, used }) => ({ limit: limits[index] as Limit, used }));
