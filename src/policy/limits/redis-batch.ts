/** redis-batch — questions and answers of the script (redis-script.ts), as it reads and writes them. Pure.
 *
 * security recipients are hashes there; login names stand in clear */

import { hash } from 'node:crypto';
import { type Charge, type Exceeded, KEEP, type Order, type Outcome } from './charge.ts';
import { sliceOf } from './window.ts';

export interface Question {
  readonly how: 'charge' | 'look';
  readonly order: Order;
}

/** An acquaintance is renewed once an hour at most: it ends after a month. */
const RENEWED = 3_600_000;

/** What was charged for a message is one text of these, and of eight letters of each recipient's hash. */
const ONCES = { message: '.m', bytes: '.b' } as const;

export const tagOf = (home: string): string => `dovetail:rates:{${encodeURIComponent(home)}}`;
export const accountKey = (tag: string, account: string): string =>
  `${tag}:account:${encodeURIComponent(account)}`;

export function writeBatch(questions: readonly Question[]): { keys: string[]; batch: string } {
  const keys: string[] = [];
  const plans = new Map<readonly Charge[], number>();
  const written = questions.map(({ how, order }) => {
    const { charges, owners, onces, news } = order;
    const plan = plans.get(charges) ?? plans.size + 1;
    plans.set(charges, plan);
    const first = keys.length + 1;
    const recipient = hashOf(order.recipient);
    keys.push(...keysOf(order));
    return [
      how,
      first,
      order.message === '' ? 0 : 1,
      onces.map((once) => (once === 'recipient' ? `.${recipient.slice(0, 8)}` : ONCES[once])),
      news.map((kind) => (kind === 'new_networks' ? order.network : recipient)),
      order.amount,
      owners.map(({ name }) => `${name} `),
      plan,
    ];
  });
  const { message, known, marks } = KEEP;
  const batch = { message, known, marks, renewed: RENEWED, questions: written };
  const all = [...plans.keys()].map(planText).join();
  return { keys, batch: `${JSON.stringify(batch).slice(0, -1)},"plans":[${all}]}` };
}

function keysOf({ home, account, message, owners, news }: Order): string[] {
  const tag = tagOf(home);
  const name = encodeURIComponent(account);
  return [
    // Where it has no name, nobody looks there.
    `${tag}:message:${name}:${message}`,
    ...owners.map((owner) => accountKey(tag, owner.account)),
    ...news.map((kind) => `${tag}:known:${name}:${kind}`),
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
  | readonly [within: 0, due: readonly number[], exceeded: readonly number[]]
  | readonly [number: number, used: number, freesIn: number];

export const readAnswers = (json: string): Outcome[] => (JSON.parse(json) as Answer[]).map(outcomeOf);

function outcomeOf(answer: Answer): Outcome {
  const [number, first, second] = answer;
  if (typeof first === 'number' || typeof second === 'number')
    return { kind: 'over', index: number - 1, used: first as number, freesIn: second as number };
  const exceeded: Exceeded[] = [];
  for (let n = 1; n + 1 < second.length; n += 2)
    exceeded.push({ index: (second[n] as number) - 1, used: second[n + 1] as number });
  return { kind: 'within', due: first.slice(1).map((one) => one - 1), exceeded };
}
