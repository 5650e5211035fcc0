/** order — which counters a request raises, and by how much (plan.ts), and whose they are.
 *
 * bugs     a message whose recipients were all refused by somebody else afterwards has counted */

import { LRUCache } from 'lru-cache';
import { canonicalOf } from '../../base/address.ts';
import { isAddress, networkOf } from '../../base/network.ts';
import { ownCopy } from '../../base/text.ts';
import type { PolicyRequest } from '../request.ts';
import type { Counted as CountedMeter, Order, Owner } from './charge.ts';
import type { Limit, LimitFacts } from './limit.ts';
import { meterOf, planFor } from './plan.ts';
import type { Password } from './sent-by.ts';

/** By whose name the limits of a request are known: the login's, or '' of who has not logged in. */
export const loginOf = ({ sasl: { username } }: PolicyRequest): string => canonicalOf(username);

export interface Counted {
  readonly order: Order;
  /** In the order of the charges. */
  readonly limits: readonly Limit[];
  /** Whose counters these are, for people. */
  readonly whose: Whose;
  /** Undefined where it is not known. */
  readonly password: Password | undefined;
}

export type Whose = Readonly<Record<Limit['by'], string>>;

/** Undefined where nothing is limited. What is sent with a password that is not known is counted together. */
export function orderFor(
  request: PolicyRequest,
  facts: LimitFacts,
  password: Password | undefined,
): Counted | undefined {
  const { state, size, instance, client } = request;
  if (state === 'END-OF-MESSAGE' && size === 0) return undefined;
  // Who logged in under a name that is not ours is limited all the same, as everybody.
  const login = facts.login || loginOf(request);
  const isStranger = login === '';
  // Of a stranger only his network can be limited, and on most hosts it is not: nothing is made to find that out.
  if (isStranger && !facts.limits.some(isByNetwork)) return undefined;
  const network = networkFor(client.address);
  const kind = {
    state,
    isStranger,
    hasDomain: facts.domain !== '',
    hasNetwork: network !== '',
    hasBegun: request.queueId !== '',
  };
  const { limits, charges, owners, onces, news } = planFor(facts.limits, kind);
  if (limits.length === 0) return undefined;
  const whose = { user: login, credential: nameOf(login, password), domain: facts.domain, network };
  const order: Order = {
    home: isStranger ? network : homeOf(login, facts),
    isStranger,
    account: isStranger ? network : login,
    message: instance,
    recipient: canonicalOf(request.recipient),
    network,
    amount: state === 'RCPT' ? 1 : size,
    owners: owners.map((by) => ownerOf(by, whose, password)),
    onces,
    news,
    charges,
  };
  return { order, limits, whose, password };
}

/** The same message, charged for the limits that suspend alone. */
export function onlySuspending(counted: Counted): Counted {
  const { order, limits } = counted;
  return {
    ...counted,
    order: { ...order, charges: order.charges.filter(({ isSoft }) => isSoft), isPart: true },
    limits: limits.filter(({ suspends }) => suspends),
  };
}

const isByNetwork = ({ by }: Limit): boolean => by === 'network';

/** Where the counters of a login are. */
export const homeOf = (login: string, { domain }: LimitFacts): string => domain || login;

/** The counter of a limit. */
export const counterOf = (limit: Limit, whose: Whose, password: Password | undefined): CountedMeter => ({
  owner: limit.counter === 'bounces' ? bouncesOwner(whose, password) : ownerOf(limit.by, whose, password),
  ...meterOf(limit),
});

/** Apart from what he is asked about: how much of that may pass unasked (headroom.ts) has nothing to do with it. */
export function bouncesOwner(whose: Whose, password: Password | undefined): Owner {
  const { account, name } = ownerOf('credential', whose, password);
  return { account, name: `bounces of ${name}` };
}

function ownerOf(by: Limit['by'], whose: Whose, password: Password | undefined): Owner {
  if (by !== 'credential') return { account: whose[by], name: by };
  return { account: whose.user, name: password ? `credential ${keyOf(password)}` : by };
}

/** After a restoration its counters begin anew. */
const keyOf = ({ id, restoredAt }: Password): string => (restoredAt === null ? id : `${id} ${restoredAt}`);

/** `password 17 (phone) of alice@example.org`, empty of a stranger. */
export function nameOf(login: string, password: Password | undefined): string {
  if (login === '') return '';
  if (!password) return `unknown password of ${login}`;
  return `password ${password.id}${password.label === '' ? '' : ` (${password.label})`} of ${login}`;
}

/** What one customer gets; where Postfix does not know an address it is empty, and nothing is counted. */
function networkFor(address: string): string {
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = isAddress(address) ? networkOf(address, { ipv4: 24, ipv6: 56 }) : '';
  networks.set(ownCopy(address), network);
  return network;
}

/** To compute one takes ten microseconds, and the same clients come again and again. */
const networks = new LRUCache<string, string>({ max: 10_000 });
