/** plan — what all questions of one kind about users with the same limits have in common: which limits
 * count, and how. Made once and remembered with the limits.
 *
 * Asked at RCPT, where it is not too late to refuse and one recipient can be refused alone: each
 * recipient counts there, and the message with its first. Bytes count at END-OF-MESSAGE, the first
 * moment at which they are known; what MAIL FROM announces is a stranger's word and often missing.
 *
 * What came back is told by the mail log, long after: nothing of it is charged here (../bounces/charges.ts).
 *
 * A message of which Postfix has taken a recipient was counted with that one, or the memory of it is lost,
 * here and in Redis: to count it once more could refuse another message for good. */

import type { State } from '../request.ts';
import type { Charge, New, Once } from './charge.ts';
import type { CountedBy, Counter, Limit } from './limit.ts';

export interface Plan {
  readonly limits: readonly Limit[];
  /** In the order of the limits. */
  readonly charges: readonly Charge[];
  readonly owners: readonly CountedBy[];
  readonly onces: readonly Once[];
  readonly news: readonly New[];
}

/** What tells the kinds of questions apart. */
export interface Kind {
  readonly state: State;
  readonly isStranger: boolean;
  readonly hasDomain: boolean;
  readonly hasNetwork: boolean;
  /** A recipient of the message was taken. */
  readonly hasBegun: boolean;
}

const plans = new WeakMap<readonly Limit[], (Plan | undefined)[]>();

export function planFor(limits: readonly Limit[], kind: Kind): Plan {
  const known = plans.get(limits) ?? [];
  const { state, isStranger, hasDomain, hasNetwork, hasBegun } = kind;
  const place =
    (state === 'RCPT' ? 0 : state === 'END-OF-MESSAGE' ? 16 : 32) +
    (hasBegun ? 8 : 0) +
    (isStranger ? 4 : 0) +
    (hasDomain ? 2 : 0) +
    (hasNetwork ? 1 : 0);
  const before = known[place];
  if (before) return before;
  const plan = makePlan(limits, kind);
  known[place] = plan;
  plans.set(limits, known);
  return plan;
}

function makePlan(all: readonly Limit[], kind: Kind): Plan {
  const limits = all.filter((limit) => isDue(limit, kind));
  const owners = distinct(limits.map(({ by }) => by));
  const onces = distinct(limits.map(({ counter }) => onceOf[counter]));
  const news = distinct(limits.map(({ counter }) => counter)).filter(isNew);
  const charges = limits.map((limit) => ({
    ...meterOf(limit),
    owner: owners.indexOf(limit.by),
    once: onces.indexOf(onceOf[limit.counter]),
    ifNew: isNew(limit.counter) ? news.indexOf(limit.counter) : undefined,
    isSoft: limit.suspends,
    isDoubtful: limit.isPermanent && limit.counter === 'messages' && kind.hasBegun,
  }));
  return { limits, charges, owners, onces, news };
}

/** The counter of a limit among those of its owner. */
export const meterOf = ({ counter, window, max }: Limit): Pick<Charge, 'meter' | 'window' | 'max'> => ({
  meter: `${counter}:${window}`,
  window,
  max,
});

const onceOf: Readonly<Record<Counter, Once>> = {
  messages: 'message',
  recipients: 'recipient',
  bytes: 'bytes',
  new_recipients: 'recipient',
  new_networks: 'message',
  bounces: 'recipient',
};

function isDue({ by, counter }: Limit, { state, isStranger, hasDomain, hasNetwork }: Kind): boolean {
  if (counter === 'bounces') return false;
  if (state !== (counter === 'bytes' ? 'END-OF-MESSAGE' : 'RCPT')) return false;
  if (counter === 'new_networks' && !hasNetwork) return false;
  if (by === 'domain') return hasDomain;
  return by === 'network' ? isStranger && hasNetwork : !isStranger;
}

const isNew = (counter: Counter): counter is New =>
  counter === 'new_recipients' || counter === 'new_networks';

const distinct = <T>(all: readonly T[]): T[] => [...new Set(all)];
