/** order — which counters a request raises, and by how much.
 *
 * Asked at RCPT, where it is not too late to refuse and one recipient can be refused alone: each
 * recipient counts there, and the message with its first. Bytes count at END-OF-MESSAGE, the first
 * moment at which they are known; what MAIL FROM announces is a stranger's word and often missing.
 *
 * bugs     a message whose recipients were all refused by somebody else afterwards has counted */

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
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
  /** Undefined where it is not known. */
  readonly password: Password | undefined;
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
  const isDue = ({ by, counter }: Limit): boolean => whose[by] !== '' && amountOf(counter, request) > 0;
  const limits = facts.limits.filter(isDue);
  if (limits.length === 0) return undefined;
  // Recipients are nobody's business where counters are kept.
  const recipient = hashOf(parseAddress(request.recipient) ?? request.recipient.toLowerCase());
  const newThings = new Map<Counter, string>(
    (
      [
        ['new_recipients', recipient],
        ['new_networks', networkFor(request.client.address)],
      ] as const
    ).filter(([counter]) => limits.some((limit) => limit.counter === counter)),
  );
  const places = [...newThings.keys()];
  const order: Order = {
    home: login === '' ? network : homeOf(login, facts),
    isStranger: login === '',
    message: request.instance,
    acquaintances: Array.from(newThings, ([counter, mark]) => ({
      who: `${encodeURIComponent(login)}:${counter}`,
      mark,
    })),
    charges: limits.map((limit) => ({
      ...counterOf(limit, whose, password),
      amount: amountOf(limit.counter, request),
      once: perRecipient.includes(limit.counter) ? `${limit.counter} ${recipient}` : limit.counter,
      ifNew: newThings.has(limit.counter) ? places.indexOf(limit.counter) : undefined,
      isSoft: limit.suspends,
    })),
  };
  return { order, limits, whose, password };
}

/** Where the counters of a login are. */
export const homeOf = (login: string, { domain }: LimitFacts): string => domain || login;

/** The counter of a limit: its name, and how it is read. */
export function counterOf(
  { by, counter, window, max }: Limit,
  whose: Counted['whose'],
  password: Password | undefined,
): Pick<Charge, 'key' | 'window' | 'max'> {
  const who = by === 'credential' && password ? keyOf(password) : whose[by];
  return { key: `${by}:${encodeURIComponent(who)}:${counter}:${window}`, window, max };
}

const perRecipient: readonly Counter[] = ['recipients', 'new_recipients'];

/** After a restoration its counters begin anew. */
const keyOf = ({ id, restoredAt }: Password): string => (restoredAt === null ? id : `${id} ${restoredAt}`);

/** `password 17 (phone) of alice@example.org`, empty of a stranger. */
export function nameOf(login: string, password: Password | undefined): string {
  if (login === '') return '';
  if (!password) return `unknown password of ${login}`;
  return `password ${password.id}${password.label === '' ? '' : ` (${password.label})`} of ${login}`;
}

function amountOf(counter: Counter, { state, size, client }: PolicyRequest): number {
  if (counter === 'bytes') return state === 'END-OF-MESSAGE' ? size : 0;
  if (counter === 'new_networks' && !isAddress(client.address)) return 0;
  return state === 'RCPT' ? 1 : 0;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** What one customer gets; where Postfix does not know an address nothing is counted. */
function networkFor(address: string): string {
  if (!isAddress(address)) return '';
  const known = networks.get(address);
  if (known !== undefined) return known;
  const network = networkOf(address, { ipv4: 24, ipv6: 56 });
  networks.set(address, network);
  return network;
}

/** To compute one takes ten microseconds, and the same clients come again and again. */
const networks = new LRUCache<string, string>({ max: 10_000 });
