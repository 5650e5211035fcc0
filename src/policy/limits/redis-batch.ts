/** redis-batch — questions and answers of the script (redis-script.ts), as it reads and writes them. Pure.
 *
 * security recipients are hashes there; login names stand in clear */

import { hash } from 'node:crypto';
import { type Charge, type Exceeded, KEEP, type New, type Order } from './charge.ts';
import type { Room, Told } from './headroom.ts';
import { sliceOf } from './window.ts';

export interface Question {
  /** `count`: it was let through, whether or not it fits. */
  readonly how: 'charge' | 'look' | 'count';
  readonly order: Order;
  /** Of the order's `news`; undefined: any may be. Who is certainly known is not asked about. */
  readonly mayBeNew?: readonly boolean[];
}

/** Of an owner whose counters have much room. */
const MOST_UNASKED = 1_000_000;

/** What was charged for a message is one text of these, and of eight letters of each recipient's hash. */
const ONCES = { message: '.m', bytes: '.b' } as const;

export const tagOf = (home: string): string => `dovetail:rates:{${encodeURIComponent(home)}}`;
export const accountKey = (tag: string, account: string): string =>
  `${tag}:account:${encodeURIComponent(account)}`;

export function writeBatch(questions: readonly Question[]): { keys: string[]; batch: string } {
  const keys: string[] = [];
  const plans = new Map<readonly Charge[], number>();
  const written = questions.map(({ how, order, mayBeNew }) => {
    const { charges, owners, onces } = order;
    const plan = plans.get(charges) ?? plans.size + 1;
    plans.set(charges, plan);
    const first = keys.length + 1;
    const recipient = hashOf(order.recipient);
    const asked = order.news.map((kind, n) => (mayBeNew?.[n] === false ? undefined : kind));
    keys.push(...keysOf(order, asked));
    return [
      how,
      first,
      order.message === '' ? 0 : 1,
      onces.map((once) => (once === 'recipient' ? `.${recipient.slice(0, 8)}` : ONCES[once])),
      asked.map((kind) => (kind === undefined ? 0 : kind === 'new_networks' ? order.network : recipient)),
      order.amount,
      owners.map(({ name }) => `${name} `),
      plan,
    ];
  });
  const batch = { ...KEEP, unasked: MOST_UNASKED, questions: written };
  const all = [...plans.keys()].map(planText).join();
  return { keys, batch: `${JSON.stringify(batch).slice(0, -1)},"plans":[${all}]}` };
}

function keysOf({ home, account, message, owners }: Order, news: readonly (New | undefined)[]): string[] {
  const tag = tagOf(home);
  const name = encodeURIComponent(account);
  return [
    // Where it has no name, nobody looks there.
    `${tag}:message:${name}:${message}`,
    ...owners.map((owner) => accountKey(tag, owner.account)),
    ...news.flatMap((kind) => (kind === undefined ? [] : `${tag}:known:${name}:${kind}`)),
  ];
}

const texts = new WeakMap<readonly Charge[], string>();

/** Numbers are those of Lua, from 1 on; 0 is none. */
function planText(charges: readonly Charge[]): string {
  const known = texts.get(charges);
  if (known !== undefined) return known;
  const text = JSON.stringify(
    charges.map(({ owner, meter, window, max, once, ifNew, isSoft, isDoubtful }) => [
      owner + 1,
      meter,
      sliceOf(window),
      max,
      once + 1,
      ifNew === undefined ? 0 : ifNew + 1,
      isSoft ? 1 : 0,
      isDoubtful ? 1 : 0,
    ]),
  );
  texts.set(charges, text);
  return text;
}

/** Recipients are nobody's business where counters are kept. */
const hashOf = (recipient: string): string => hash('sha256', recipient, 'base64url').slice(0, 22);

/** The name of a counter in its account. */
export const meterName = (owner: string, meter: string): string => `${owner} ${meter}`;

/** The slices of one of an account's counters, as `windowOf` takes them; see redis-script.ts. */
export function slicesIn(account: readonly (string | number)[], name: string): readonly number[] {
  for (let at = 0; at + 2 < account.length; at += 3 + 2 * Number(account[at + 2])) {
    const end = at + 3 + 2 * Number(account[at + 2]);
    if (account[at] === name) return account.slice(at + 3, end) as number[];
  }
  return [];
}

type Answer =
  | readonly [within: 0, due: readonly number[], exceeded: readonly number[], room: Room]
  | readonly [number: number, used: number, freesIn: number, room?: undefined];

export const readAnswers = (json: string): Told[] => (JSON.parse(json) as Answer[]).map(toldOf);

function toldOf(answer: Answer): Told {
  const [number, first, second, room = []] = answer;
  if (typeof first === 'number' || typeof second === 'number')
    return { kind: 'over', index: number - 1, used: first as number, freesIn: second as number, room };
  const exceeded: Exceeded[] = [];
  for (let n = 1; n + 1 < second.length; n += 2)
    exceeded.push({ index: (second[n] as number) - 1, used: second[n + 1] as number });
  return { kind: 'within', due: first.slice(1).map((one) => one - 1), exceeded, room };
}
