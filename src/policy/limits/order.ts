/** order — which counters a request raises, and by how much.
 *
 * Asked at RCPT, where it is not too late to refuse and one recipient can be refused alone: each
 * recipient counts there, and the message with its first. Bytes count at END-OF-MESSAGE, the first
 * moment at which they are known; what MAIL FROM announces is a stranger's word and often missing.
 *
 * bugs     a message whose recipients were all refused by somebody else afterwards has counted */

import { hash } from 'node:crypto';
import { parseAddress } from '../../base/address.ts';
import { isAddress, networkOf } from '../../base/network.ts';
import type { PolicyRequest } from '../request.ts';
import type { Charge, Order } from './charge.ts';
import type { Counter, Limit, LimitFacts } from './limit.ts';
import type { Password } from './sent-by.ts';

/** By whose name the limits of a request are known: the login's, or '' of who has not logged in. */
export const loginOf = ({ sasl: { username } }: PolicyRequest): string =>
  parseAddress(username) ?? username.toLowerCase();

export interface Counted {
  readonly order: Order;
  /** In the order of the charges. */
  readonly limits: readonly Limit[];
  /** Whose counters these are, for people. */
  readonly whose: Readonly<Record<Limit['by'], string>>;
}

/** Undefined where nothing is limited. What is sent with a password that is not known is counted together. */
export function orderFor(
  request: PolicyRequest,
  facts: LimitFacts,
  password: Password | undefined,
): Counted | undefined {
  // Who logged in under a name that is not ours is limited all the same, as everybody.
  const login = facts.login || loginOf(request);
  // Networks take their time to be computed, and few have limits.
  const isByNetwork = login === '' && facts.limits.some(({ by }) => by === 'network');
  const network = isByNetwork ? networkFor(request.client.address) : '';
  const whose = { user: login, credential: nameOf(login, password), domain: facts.domain, network };
  const keys = { ...whose, credential: password?.id ?? `unknown ${login}` };
  const isDue = ({ by, counter }: Limit): boolean => whose[by] !== '' && amountOf(counter, request) > 0;
  const limits = facts.limits.filter(isDue);
  if (limits.length === 0) return undefined;
  const isAcquainted = limits.some(({ counter }) => counter === 'new_recipients');
  const mark = markOf(request.recipient);
  const order: Order = {
    home: login === '' ? network : facts.domain || login,
    isStranger: login === '',
    message: request.instance,
    acquaintances: isAcquainted ? [{ who: encodeURIComponent(login), mark }] : [],
    charges: limits.map((limit) => chargeOf(limit, keys[limit.by], mark, request)),
  };
  return { order, limits, whose };
}

/** `password 17 (phone) of alice@example.org`, empty of a stranger. */
function nameOf(login: string, password: Password | undefined): string {
  if (login === '') return '';
  if (!password) return `unknown password of ${login}`;
  return `password ${password.id}${password.label === '' ? '' : ` (${password.label})`} of ${login}`;
}

function chargeOf(
  { by, counter, window, max }: Limit,
  who: string,
  mark: string,
  request: PolicyRequest,
): Charge {
  return {
    key: `${by}:${encodeURIComponent(who)}:${counter}:${window}`,
    window,
    max,
    amount: amountOf(counter, request),
    once: onceOf(counter, mark),
    ifNew: counter === 'new_recipients' ? 0 : undefined,
    isSoft: false,
  };
}

function amountOf(counter: Counter, { state, size }: PolicyRequest): number {
  if (counter === 'bytes') return state === 'END-OF-MESSAGE' ? size : 0;
  return state === 'RCPT' ? 1 : 0;
}

const onceOf = (counter: Counter, mark: string): string =>
  counter === 'messages' || counter === 'bytes' ? counter : `${counter} ${mark}`;

/** Recipients are nobody's business where counters are kept. */
const markOf = (recipient: string): string =>
  hash('sha256', parseAddress(recipient) ?? recipient.toLowerCase(), 'base64url').slice(0, 22);

/** What one customer gets; where Postfix does not know an address nothing is counted. */
const networkFor = (address: string): string =>
  isAddress(address) ? networkOf(address, { ipv4: 24, ipv6: 56 }) : '';
