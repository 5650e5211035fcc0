/** memory — whole answers of one map, on top of the facts that they were made of.
 *
 * Asking the rules costs a microsecond or two, and busy keys come thousands of times a second.
 * An answer is kept until the first of its facts may end, and all of them are forgotten with
 * any change of any fact: to know which answer rests on which fact would cost more than to
 * ask the rules again.
 *
 * limits   `maxEntries` answers, then it begins anew. Only answers that needed no query are kept, so
 *          a stranger's guesses do not get in by being asked once */

import type { Answer } from '../base/answer.ts';
import type { Clock, Instant } from '../base/clock.ts';

export interface Memory {
  /** Undefined: ask the rules. */
  recall(key: string): Answer<string> | undefined;
  keep(key: string, answer: Answer<string>, until: Instant): void;
  forget(): void;
}

export function createMemory({ clock, maxEntries }: { clock: Clock; maxEntries: number }): Memory {
  let kept = new Map<string, { readonly answer: Answer<string>; readonly until: Instant }>();
  const forget = (): void => {
    if (kept.size > 0) kept = new Map();
  };
  return {
    recall(key) {
      const entry = kept.get(key);
      return entry !== undefined && entry.until > clock.now() ? entry.answer : undefined;
    },
    keep(key, answer, until) {
      if (kept.size >= maxEntries) forget();
      kept.set(key, { answer, until });
    },
    forget,
  };
}
