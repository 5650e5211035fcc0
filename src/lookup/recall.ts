/** recall — what the rules of resolution say of a key: asked anew, or remembered while its facts hold.
 *
 * For what is asked about each recipient of each mail, by several rules of policy. Nothing is remembered
 * longer than the facts themselves (memory.ts): with any change of any of them all is asked anew. */

import type { Answer, Soon } from '../base/answer.ts';
import type { Clock, Instant } from '../base/clock.ts';
import { ownCopy } from '../base/text.ts';
import type { Book } from './book.ts';
import { createMemory, type Memory } from './memory.ts';
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
  /** Of each inquiry. */
  readonly maxEntries: number;
}

export function createRecall({ answer, rules, clock, maxEntries }: RecallParts): Recall {
  const memories = new Map<Inquiry<unknown>, Memory<Answer<unknown>>>();

  function memoryOf<T>(inquiry: Inquiry<T>): Memory<Answer<T>> {
    const known = memories.get(inquiry) ?? createMemory<Answer<unknown>>({ clock, maxEntries });
    memories.set(inquiry, known);
    return known as Memory<Answer<T>>;
  }

  function askAnew<T>(inquiry: Inquiry<T>, asked: string, memory: Memory<Answer<T>>): Soon<Answer<T>> {
    const key = ownCopy(asked);
    let trustedUntil: Instant | undefined;
    const known = answer(inquiry(key, rules), (until) => {
      trustedUntil = until;
    });
    if (trustedUntil !== undefined && !(known instanceof Promise) && known.kind !== 'later')
      memory.keep(key, known, trustedUntil);
    return known;
  }

  return {
    recall(inquiry, key) {
      const memory = memoryOf(inquiry);
      return memory.recall(key) ?? askAnew(inquiry, key, memory);
    },
    forget() {
      for (const memory of memories.values()) memory.forget();
    },
  };
}
