/** recall — what the rules of resolution say of a key: asked anew, or remembered while its facts hold.
 *
 * For what is asked about each recipient, sender and client of each mail, by several rules of policy. Nothing is
 * remembered longer than the facts themselves: with any change of any of them all is asked anew. To know which
 * answer rests on which fact would cost more than to ask again.
 *
 * All that is remembered of one key is found at once: one request asks for it several times in a row.
 *
 * limits   `maxEntries` keys, then it begins anew. Only what needed no query is kept, so a stranger's guesses do not
 *          get in by being asked once */

import type { Answer, Soon } from '../base/answer.ts';
import type { Clock, Instant } from '../base/clock.ts';
import { ownCopy } from '../base/text.ts';
import type { Book } from './book.ts';
import type { Asking, Rules } from './resolve.ts';

/** A rule that needs a key and nothing else. One and the same function each time: it is remembered by it. */
export type Inquiry<T> = (key: string, rules: Rules) => Asking<Answer<T>>;

export interface Recall {
  /** At once if everything is in memory. Never throws or rejects for want of a database. */
  recall<T>(inquiry: Inquiry<T>, key: string): Soon<Answer<T>>;
  /** Something changed. */
  forget(): void;
}

export interface RecallParts {
  readonly answer: Book['answer'];
  readonly rules: Rules;
  readonly clock: Clock;
  readonly maxEntries: number;
}

interface Kept {
  readonly answer: Answer<unknown>;
  readonly until: Instant;
}

/** What is remembered of a key, by the number of the inquiry. */
type Known = (Kept | undefined)[];

export function createRecall({ answer, rules, clock, maxEntries }: RecallParts): Recall {
  const inquiries: Inquiry<unknown>[] = [];
  let keys = new Map<string, Known>();
  let last: { readonly key: string; readonly known: Known } | undefined;

  function numberOf(inquiry: Inquiry<unknown>): number {
    const number = inquiries.indexOf(inquiry);
    return number < 0 ? inquiries.push(inquiry) - 1 : number;
  }

  function knownOf(key: string): Known | undefined {
    if (last?.key === key) return last.known;
    const known = keys.get(key);
    if (known) last = { key, known };
    return known;
  }

  function askAnew<T>(inquiry: Inquiry<T>, asked: string): Soon<Answer<T>> {
    const key = ownCopy(asked);
    let trustedUntil: Instant | undefined;
    const given = answer(inquiry(key, rules), (until) => {
      trustedUntil = until;
    });
    if (trustedUntil !== undefined && !(given instanceof Promise) && given.kind !== 'later')
      keep(inquiry, key, { answer: given, until: trustedUntil });
    return given;
  }

  function keep(inquiry: Inquiry<unknown>, key: string, kept: Kept): void {
    const known = knownOf(key) ?? [];
    if (known.length === 0) {
      if (keys.size >= maxEntries) forget();
      keys.set(key, known);
    }
    known[numberOf(inquiry)] = kept;
  }

  function forget(): void {
    if (keys.size > 0) keys = new Map();
    last = undefined;
  }

  return {
    recall<T>(inquiry: Inquiry<T>, key: string): Soon<Answer<T>> {
      const kept = knownOf(key)?.[numberOf(inquiry)];
      if (kept === undefined || kept.until <= clock.now()) return askAnew(inquiry, key);
      return kept.answer as Answer<T>;
    },
    forget,
  };
}
