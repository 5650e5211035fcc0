/** memory-store — the marks of this process. How long a set stays is measured on the clock that nobody sets: the marks'
 * own times are of the wall clock, and one that was set back would keep a network refused until it is there again.
 *
 * limits   so many marks of each kind; then the sets that were longest unused go. Each kind has its own
 *          room: a flood of guesses does not push out what is known to be good. */

import { LRUCache } from 'lru-cache';
import type { Clock } from '../../base/clock.ts';
import type { Marks, SetName, Store } from './marks.ts';

interface MarkSet {
  readonly marks: Map<string, number>;
  until: number;
}

const nothing: Marks = new Map();

export function createMemoryStore({ now, maxMarks = 200_000 }: MemoryStoreParts): Store {
  const kinds = new Map<SetName['kind'], LRUCache<string, MarkSet>>();
  const roomOf = (kind: SetName['kind']): LRUCache<string, MarkSet> => {
    const room =
      kinds.get(kind) ??
      new LRUCache<string, MarkSet>({ maxSize: maxMarks, sizeCalculation: ({ marks }) => marks.size });
    kinds.set(kind, room);
    return room;
  };
  return {
    read: (sets) =>
      sets.map(({ kind, id }) => {
        const set = roomOf(kind).get(id);
        return set && set.until > now() ? set.marks : nothing;
      }),
    add({ set: { kind, id }, mark, at, keepFor, most, again }) {
      const room = roomOf(kind);
      const known = room.get(id);
      const set = known && known.until > now() ? known : { marks: new Map<string, number>(), until: 0 };
      if (again === 'renew') set.marks.delete(mark);
      if (!set.marks.has(mark)) set.marks.set(mark, at);
      set.until = now() + keepFor;
      const [oldest] = set.marks.keys();
      if (set.marks.size > most && oldest !== undefined) set.marks.delete(oldest);
      // Without this the room would believe the set's former size.
      room.delete(id);
      room.set(id, set);
    },
    clear: ({ kind, id }) => void roomOf(kind).delete(id),
    close: () => kinds.clear(),
  };
}

export interface MemoryStoreParts {
  readonly now: Clock['now'];
  /** Of each kind. */
  readonly maxMarks?: number;
}
