/** memory-counts — the counters of this process.
 *
 * limits   so many windows, messages and recipients, for who has logged in and for strangers apart; of
 *          more the longest unused go. So a flood of strangers forgets nothing of users */

import { LRUCache } from 'lru-cache';
import { type Charge, type Counts, KEEP, type Order, type Outcome } from './charge.ts';
import { add, advance, createWindow, freesIn, type Window } from './window.ts';

/** Answers at once. */
export interface OwnCounts extends Counts {
  charge(order: Order): Outcome;
  look(order: Order): Outcome;
  /** What does not fit whether or not the recipient is new, which others may know better. */
  lookForSure(order: Order): Over | undefined;
  /** Counts what was let through elsewhere, whether or not it fits. */
  note(order: Order, isNew: boolean): void;
}

type Over = Extract<Outcome, { kind: 'over' }>;
type Due = readonly (readonly [Charge, Window, index: number])[];

interface Room {
  readonly windows: LRUCache<string, Window>;
  readonly messages: LRUCache<string, { readonly onces: Set<string>; readonly at: number }>;
  /** By user, when each recipient was written to last. */
  readonly known: LRUCache<string, Map<string, number>>;
}

const createRoom = (max: number): Room => ({
  // Counted by size: with `max` lru-cache allocates all of it at the start.
  windows: new LRUCache({ maxSize: max, sizeCalculation: () => 1 }),
  messages: new LRUCache({ maxSize: max, sizeCalculation: () => 1 }),
  known: new LRUCache({ maxSize: max * 2, sizeCalculation: (recipients) => recipients.size }),
});

export interface MemoryCountsParts {
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  readonly max?: number;
}

export function createMemoryCounts({ now, max = 50_000 }: MemoryCountsParts): OwnCounts {
  const [users, strangers] = [createRoom(max), createRoom(max)];
  const roomOf = ({ isStranger }: Order): Room => (isStranger ? strangers : users);

  const isNew = (order: Order, at: number): boolean =>
    order.acquaintance !== undefined && !isKnown(roomOf(order), order.acquaintance, at);

  /** The charges that count now, with their windows. */
  function due(order: Order, at: number, isFirst: boolean): Due {
    const room = roomOf(order);
    const before = room.messages.get(order.message);
    const done = before && at - before.at < KEEP.message ? before.onces : undefined;
    return order.charges.flatMap((charge, index) => {
      if (done?.has(charge.once) || (charge.ifNew && !isFirst)) return [];
      const key = `${order.home} ${charge.key}`;
      const window = room.windows.get(key) ?? createWindow();
      room.windows.set(key, window);
      advance(window, charge.window, at);
      return [[charge, window, index] as const];
    });
  }

  function firstOver(charges: Due, at: number): Over | undefined {
    for (const [charge, window, index] of charges) {
      if (window.used + charge.amount <= charge.max) continue;
      const free = freesIn(window, charge.window, { at, amount: charge.amount, max: charge.max });
      return { kind: 'over', index, used: window.used, freesIn: free };
    }
    return undefined;
  }

  function put(order: Order, charges: Due, at: number): void {
    const room = roomOf(order);
    for (const [charge, window] of charges) add(window, charge.amount);
    if (order.message !== '') {
      const before = room.messages.get(order.message);
      const message = before && at - before.at < KEEP.message ? before : { onces: new Set<string>(), at };
      for (const { once } of order.charges) message.onces.add(once);
      room.messages.set(order.message, message);
    }
    if (order.acquaintance) remember(room, order.acquaintance, at);
  }

  return {
    charge(order) {
      const at = now();
      const isFirst = isNew(order, at);
      const charges = due(order, at, isFirst);
      const over = firstOver(charges, at);
      if (!over) put(order, charges, at);
      return over ?? { kind: 'within', isNew: isFirst };
    },
    look(order) {
      const at = now();
      const isFirst = isNew(order, at);
      return firstOver(due(order, at, isFirst), at) ?? { kind: 'within', isNew: isFirst };
    },
    lookForSure(order) {
      const at = now();
      return firstOver(due(order, at, false), at);
    },
    note(order, isFirst) {
      const at = now();
      put(order, due(order, at, isFirst), at);
    },
  };
}

function isKnown({ known }: Room, { who, mark }: { who: string; mark: string }, at: number): boolean {
  const last = known.get(who)?.get(mark);
  return last !== undefined && at - last < KEEP.known;
}

function remember({ known }: Room, { who, mark }: { who: string; mark: string }, at: number): void {
  const recipients = known.get(who) ?? new Map<string, number>();
  recipients.delete(mark);
  recipients.set(mark, at);
  const [oldest] = recipients.keys();
  if (recipients.size > KEEP.recipients && oldest !== undefined) recipients.delete(oldest);
  // Without this the room would believe the former size.
  known.delete(who);
  known.set(who, recipients);
}
