/** expand — follows aliases to the end: everywhere that mail for an address goes.
 *
 * Destinations that are proven dead (a removed mailbox, a locked one) are left out, so that one
 * former member does not make mail to a whole group bounce; only when none is left is the
 * address itself refused. While the database is away nobody is proven dead by what was last known:
 * the whole mail waits, rather than that one member misses it. A cycle without a way out is an
 * error of configuration, which only an administrator can mend: mail waits, it does not bounce. */

import type { Address } from '../base/address.ts';
import { unreachable } from '../base/answer.ts';
import { type Asking, type Location, locate, type Rules, tellLastKnown } from './resolve.ts';

/** As Postfix's virtual_alias_expansion_limit and virtual_alias_recursion_limit. */
const LIMIT = 1000;

export interface Target {
  readonly address: Address;
  /** `mailbox`: a mailbox here; `elsewhere`: another host's business. */
  readonly kind: 'mailbox' | 'elsewhere';
}

export type Expansion =
  | { readonly kind: 'targets'; readonly targets: readonly Target[] }
  /** Proven: there is nobody to deliver to. */
  | { readonly kind: 'nobody'; readonly why: string }
  /** Somebody would be left out who is only last known to take no mail. */
  | { readonly kind: 'unproven'; readonly why: string }
  /** A cycle without a way out, or more than the limit. */
  | { readonly kind: 'endless'; readonly why: string };

interface Walk {
  readonly rules: Rules;
  readonly path: Address[];
  readonly visited: Set<Address>;
  readonly targets: Map<Address, Target>;
  cycle: string | undefined;
  dead: string | undefined;
  unproven: string | undefined;
}

/** Where mail for `address` goes, each target once, in the order of the aliases' rows. */
export function* expand(address: Address, rules: Rules): Asking<Expansion> {
  const { value: location, lastKnown } = yield* tellLastKnown(locate(address, rules));
  if (isShut(location) && lastKnown) return { kind: 'unproven', why: unprovenWhy(address) };
  return yield* expandFrom(address, location, rules);
}

/** The same for an address that has been located already. */
export function* expandFrom(address: Address, location: Location, rules: Rules): Asking<Expansion> {
  const walk: Walk = {
    rules,
    path: [],
    visited: new Set([address]),
    targets: new Map(),
    cycle: undefined,
    dead: undefined,
    unproven: undefined,
  };
  yield* follow(walk, address, location);
  if (isTooLarge(walk)) return { kind: 'endless', why: `more than ${LIMIT} addresses behind ${address}` };
  if (walk.unproven) return { kind: 'unproven', why: walk.unproven };
  if (walk.targets.size > 0) return { kind: 'targets', targets: [...walk.targets.values()] };
  if (walk.cycle) return { kind: 'endless', why: `alias loop: ${walk.cycle}` };
  return { kind: 'nobody', why: walk.dead ?? `nobody behind ${address}` };
}

function* follow(walk: Walk, address: Address, location: Location): Asking<void> {
  switch (location.kind) {
    case 'mailbox':
      walk.targets.set(location.address, { address: location.address, kind: 'mailbox' });
      return;
    case 'elsewhere':
      walk.targets.set(address, { address, kind: 'elsewhere' });
      return;
    case 'refused':
      walk.dead ??= location.why;
      return;
    case 'unknown':
      walk.dead ??= `no such address: ${address}`;
      return;
    case 'alias':
      return yield* followAll(walk, address, location);
    default:
      return unreachable(location);
  }
}

function* followAll(walk: Walk, address: Address, alias: Location & { kind: 'alias' }): Asking<void> {
  if (alias.copy) walk.targets.set(alias.copy, { address: alias.copy, kind: 'mailbox' });
  walk.path.push(address);
  const siblings = alias.destinations.slice(0, LIMIT);
  for (const destination of alias.destinations) {
    if (walk.path.includes(destination)) walk.cycle ??= describeCycle(walk.path, destination);
    if (walk.visited.has(destination)) continue;
    walk.visited.add(destination);
    if (isTooLarge(walk)) break;
    const { value: location, lastKnown } = yield* tellLastKnown(locate(destination, walk.rules, siblings));
    if (isShut(location) && lastKnown) walk.unproven ??= unprovenWhy(destination);
    yield* follow(walk, destination, location);
  }
  walk.path.pop();
}

/** The address itself is none of those behind it. */
const isTooLarge = ({ visited }: Walk): boolean => visited.size - 1 > LIMIT;

const isShut = ({ kind }: Location): boolean => kind === 'refused' || kind === 'unknown';

const unprovenWhy = (address: Address): string =>
  `the database is away, so it cannot be proven that ${address} takes no mail`;

/** `a → b → a`; a long one is cut in the middle. */
function describeCycle(path: readonly Address[], again: Address): string {
  const round = [...path.slice(path.indexOf(again)), again];
  const shown = round.length > 6 ? [...round.slice(0, 4), `…(${round.length - 5} more)`, again] : round;
  return shown.join(' → ');
}
