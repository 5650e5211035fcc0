/** memory — what was made of facts, by what was asked, on top of the facts themselves.
 *
 * To ask the rules and to frame their answer takes a microsecond or two, and busy keys come
 * thousands of times a second. A result is kept until the first of its facts may end, and all are
 * forgotten with any change of any fact: to know which result rests on which fact would cost more
 * than to ask the rules again.
 *
 * limits   `maxEntries` results, then it begins anew. Only what needed no query is kept, so
 *          a stranger's guesses do not get in by being asked once */

import type { Clock, Instant } from '../base/clock.ts';

export interface Memory<V> {
  /** Undefined: ask the rules. */
  recall(asked: string): V | undefined;
  keep(asked: string, value: V, until: Instant): void;
  forget(): void;
}

interface Kept<V> {
  readonly value: V;
  readonly until: Instant;
}

export function createMemory<V>({ clock, maxEntries }: { clock: Clock; maxEntries: number }): Memory<V> {
  let kept = new Map<string, Kept<V>>();
  const forget = (): void => {
    if (kept.size > 0) kept = new Map();
  };
  return {
    recall(asked) {
      const entry = kept.get(asked);
      return entry === undefined || entry.until <= clock.now() ? undefined : entry.value;
    },
    keep(asked, value, until) {
      if (kept.size >= maxEntries) forget();
      kept.set(asked, { value, until });
    },
    forget,
  };
}
