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

export interface Memory {
  /** Undefined: ask the rules. */
  recall(request: string): string | undefined;
  keep(request: string, reply: string, until: Instant): void;
  forget(): void;
}

export function createMemory({ clock, maxEntries }: { clock: Clock; maxEntries: number }): Memory {
  let kept = new Map<string, { readonly reply: string; readonly until: Instant }>();
  const forget = (): void => {
    if (kept.size > 0) kept = new Map();
  };
  return {
    recall(request) {
      const entry = kept.get(request);
      return entry !== undefined && entry.until > clock.now() ? entry.reply : undefined;
    },
    keep(request, reply, until) {
      if (kept.size >= maxEntries) forget();
      kept.set(request, { reply, until });
    },
    forget,
  };
}
