/** limit — how much may be sent within how long: the shapes, and what counts where no row says anything. */

import { hours, type Milliseconds, minutes } from '../../base/clock.ts';

export const counters = [
  'messages',
  'recipients',
  'bytes',
  'new_recipients',
  'new_networks',
  'bounces',
] as const;
/** `new_recipients`: those to whom the user has not sent of late; `new_networks`: those from which; `bounces`: those
 * who do not exist (../bounces/). */
export type Counter = (typeof counters)[number];

export const countedBys = ['user', 'credential', 'domain', 'network'] as const;
/** What is counted together: what a user sends, what is sent with one of his passwords, what all users
 * of a domain send, what comes from a network without a login. */
export type CountedBy = (typeof countedBys)[number];

export interface Limit {
  readonly by: CountedBy;
  readonly counter: Counter;
  readonly window: Milliseconds;
  readonly max: number;
  /** Refuse for good instead of asking to come again. */
  readonly isPermanent: boolean;
  /** Over it the message does not wait: the password with which it is sent is suspended (rules/sudden-spread.ts). */
  readonly suspends: boolean;
}

/** What is known of a login's limits; those that are unlimited are left out. */
export interface LimitFacts {
  /** The login name, whatever name was asked by; empty for who has not logged in. */
  readonly login: string;
  /** Its domain; empty where there is none. */
  readonly domain: string;
  readonly limits: readonly Limit[];
}

const usual = (counter: Counter, window: Milliseconds, max: number): Limit => ({
  by: 'user',
  counter,
  window,
  max,
  isPermanent: false,
  suspends: false,
});

const sudden = (counter: Counter, window: Milliseconds, max: number): Limit => ({
  ...usual(counter, window, max),
  by: 'credential',
  suspends: true,
});

/** Far above what a person sends, also one who writes to a whole club or merges letters, and far below
 * what a thief of a password wants to. */
export const shipped: readonly Limit[] = [
  usual('messages', minutes(1), 100),
  usual('messages', hours(1), 1000),
  usual('recipients', hours(1), 2000),
  usual('recipients', hours(24), 10_000),
  usual('new_recipients', hours(1), 500),
  usual('new_recipients', hours(24), 2000),
  // A person has a few networks a day; below the limit at which new recipients would wait.
  sudden('new_networks', hours(1), 10),
  sudden('new_recipients', hours(1), 400),
  sudden('bounces', hours(1), 100),
];

type Key = Pick<Limit, 'by' | 'counter' | 'window'>;

const isSame = (one: Key, other: Key): boolean =>
  one.by === other.by && one.counter === other.counter && one.window === other.window;

/** The rows in force (null is unlimited), and of the shipped limits those that no row replaces. */
export function limitsInForce(
  rows: readonly (Key & { max: number | null; isPermanent: boolean; suspends: boolean })[],
): Limit[] {
  const own = rows.flatMap(({ max, ...row }) => (max === null ? [] : [{ ...row, max }]));
  return [...own, ...shipped.filter((limit) => !rows.some((row) => isSame(row, limit)))];
}
