/** messages — what was charged for which message, of the latest: so many things at least, twice as many at most.
 *
 * Messages come and are over within minutes: so nothing is moved when it is used, and the older half goes at
 * once. To keep each in its order would cost three times as much. */

import { KEEP } from './charge.ts';

export interface Messages {
  /** Undefined for what was never charged, or so long ago that it counts again. */
  find(name: string, at: number): Message | undefined;
  note(name: string, known: Message | undefined, onces: readonly number[], at: number): void;
}

export interface Message {
  readonly at: number;
  /** What was charged, in bits (bits.ts). */
  readonly onces: number[];
}

export function createMessages(atLeast: number): Messages {
  let young = new Map<string, Message>();
  let old: ReadonlyMap<string, Message> = new Map();
  let things = 0;

  function begin(name: string, at: number): Message {
    if (things >= atLeast) {
      old = young;
      young = new Map();
      things = 0;
    }
    const message = { at, onces: [] };
    young.set(name, message);
    return message;
  }

  return {
    find(name, at) {
      const known = young.get(name) ?? old.get(name);
      return known && at - known.at < KEEP.message ? known : undefined;
    },
    note(name, known, onces, at) {
      const message = known ?? begin(name, at);
      for (const once of onces) {
        if (message.onces.includes(once)) continue;
        message.onces.push(once);
        things += 1;
      }
    },
  };
}
