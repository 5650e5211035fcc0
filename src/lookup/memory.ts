/** memory — whole replies by their whole requests, on top of the facts that they were made of.
 *
 * To ask the rules and to frame their answer takes a microsecond or two, and busy keys come
 * thousands of times a second. A reply is kept until the first of its facts may end, and all are
 * forgotten with any change of any fact: to know which reply rests on which fact would cost more
 * than to ask the rules again.
 *
 * limits   `maxEntries` replies, then it begins anew. Only replies that needed no query are kept, so
 *          a stranger's guesses do not get in by being asked once */

import type { Clock, Instant } from '../base/clock.ts';
import type { Counter } from '../base/tally.ts';

export interface Memory {
  /** Undefined: ask the rules. Each time it finds a reply, that reply's counter goes up. */
  recall(request: string): string | undefined;
  keep(request: string, reply: string, until: Instant, counter?: Counter): void;
  forget(): void;
}

interface Kept {
  readonly reply: string;
  readonly until: Instant;
  readonly counter: Counter;
}

export function createMemory({ clock, maxEntries }: { clock: Clock; maxEntries: number }): Memory {
  let kept = new Map<string, Kept>();
  const forget = (): void => {
    if (kept.size > 0) kept = new Map();
  };
  return {
    recall(request) {
      const entry = kept.get(request);
      if (entry === undefined || entry.until <= clock.now()) return undefined;
      entry.counter.count += 1;
      return entry.reply;
    },
    keep(request, reply, until, counter = { count: 0 }) {
      if (kept.size >= maxEntries) forget();
      kept.set(request, { reply, until, counter });
    },
    forget,
  };
}
