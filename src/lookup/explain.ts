/** explain — a decision with every step, on the daemon's own code path. */

import type { Address } from '../base/address.ts';
import type { Answer, Soon } from '../base/answer.ts';
import { asAnswer, type Book } from './book.ts';
import { type Expansion, expand } from './expand.ts';
import type { Rules } from './resolve.ts';
import { sendersOf } from './senders.ts';
import { tables } from './tables/index.ts';

export interface Step {
  /** The key that was looked at. */
  readonly asked: string;
  readonly finding: string;
}

export interface Explanation<T> {
  readonly steps: readonly Step[];
  readonly answer: Answer<T>;
}

type Explainer<T> = (book: Book, address: Address, rules: Omit<Rules, 'note'>) => Promise<Explanation<T>>;

/** Where mail for an address goes. */
export const explainRecipient: Explainer<Expansion> = (book, address, rules) =>
  explain((note) => book.answer(asAnswer(expand(address, { ...rules, note }))));

/** Which logins may use an address as sender. */
export const explainSender: Explainer<readonly string[]> = (book, address, rules) =>
  explain((note) => book.answer(asAnswer(sendersOf(address, { ...rules, note }))));

/** What one map answers about a key. An unknown map is a bug of the caller, as in `createLookup`. */
export function explainLookup(
  book: Book,
  { map, key }: { map: string; key: string },
  rules: Omit<Rules, 'note'>,
): Promise<Explanation<string>> {
  const table = tables.find(({ name }) => name === map);
  if (!table) throw new Error(`no such map: ${map}`);
  return explain((note) => book.answer(table.answer(key, { ...rules, note })));
}

async function explain<T>(
  run: (note: NonNullable<Rules['note']>) => Soon<Answer<T>>,
): Promise<Explanation<T>> {
  const steps: Step[] = [];
  const answer = await run((asked, finding) => steps.push({ asked, finding }));
  return { steps, answer };
}
