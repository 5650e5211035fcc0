/** memory-counts — the counters of this process.
 *
 * limits   so many windows, messages and recipients, for who has logged in and for strangers apart; of
 *          more the longest unused go. So a flood of strangers forgets nothing of users */

import { LRUCache } from 'lru-cache';
import {
  type Charge,
  type Counted,
  type Counts,
  type Exceeded,
  KEEP,
  type Order,
  type Outcome,
  type Use,
} from './charge.ts';
import { add, advance, createWindow, freesIn, useOf, type Window } from './window.ts';

/** Answers at once. */
export interface OwnCounts extends Counts {
  charge(order: Order): Outcome;
  look(order: Order): Outcome;
  /** What does not fit whatever is new, which others may know better. */
  lookForSure(order: Order): Over | undefined;
  uses(home: string, counters: readonly Counted[]): readonly Use[];
  /** Counts what was let through elsewhere, whether or not it fits. */
  note(order: Order, isNew: readonly boolean[]): void;
}

type Over = Extract<Outcome, { kind: 'over' }>;
type Due = readonly (readonly [Charge, Window, index: number])[];

interface Room {
  readonly windows: LRUCache<string, Window>;
  readonly messages: LRUCache<string, { readonly onces: Set<string>; readonly at: number }>;
  /** By who knows, when each recipient or network was met last. */
  readonly known: LRUCache<string, Map<string, number>>;
}

const createRoom = (max: number): Room => ({
  // Counted by size: with `max` lru-cache allocates all of it at the start.
  windows: new LRUCache({ maxSize: max, sizeCalculation: () => 1 }),
  messages: new LRUCache({ maxSize: max, sizeCalculation: () => 1 }),
  known: new LRUCache({ maxSize: max * 2, sizeCalculation: (marks) => marks.size }),
});

export interface MemoryCountsParts {
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  readonly max?: number;
}

export function createMemoryCounts({ now, max = 50_000 }: MemoryCountsParts): OwnCounts {
  const [users, strangers] = [createRoom(max), createRoom(max)];
  const roomOf = ({ isStranger }: Order): Room => (isStranger ? strangers : users);

  const newOnes = (order: Order, at: number): boolean[] =>
    order.acquaintances.map((one) => !isKnown(roomOf(order), one, at));

  /** The charges that count now, with their windows. */
  function due(order: Order, at: number, isNew: readonly boolean[]): Due {
    const room = roomOf(order);
    const before = room.messages.get(order.message);
    const done = before && at - before.at < KEEP.message ? before.onces : undefined;
    return order.charges.flatMap((charge, index) => {
      if (done?.has(charge.once) || (charge.ifNew !== undefined && !isNew[charge.ifNew])) return [];
      return [[charge, windowOf(order, charge, at), index] as const];
    });
  }

  /** As it is at that time. */
  function windowOf(order: Order, charge: Charge, at: number): Window {
    const room = roomOf(order);
    const key = `${order.home} ${charge.key}`;
    const window = room.windows.get(key) ?? createWindow();
    room.windows.set(key, window);
    advance(window, charge.window, at);
    return window;
  }

  function firstOver(charges: Due, at: number): Over | undefined {
    for (const [charge, window, index] of charges) {
      if (charge.isSoft || window.used + charge.amount <= charge.max) continue;
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
    for (const acquaintance of order.acquaintances) remember(room, acquaintance, at);
  }

  const exceededBy = (order: Order, at: number): Exceeded[] =>
    order.charges.flatMap((charge, index) => {
      if (!charge.isSoft) return [];
      const { used } = windowOf(order, charge, at);
      return used > charge.max ? [{ index, used }] : [];
    });

  function ask(order: Order, isCounted: boolean): Outcome {
    const at = now();
    const isNew = newOnes(order, at);
    const charges = due(order, at, isNew);
    const over = firstOver(charges, at);
    if (over) return over;
    if (isCounted) put(order, charges, at);
    return { kind: 'within', isNew, exceeded: exceededBy(order, at) };
  }

  return {
    charge: (order) => ask(order, true),
    look: (order) => ask(order, false),
    lookForSure(order) {
      const at = now();
      return firstOver(due(order, at, []), at);
    },
    uses(home, counters) {
      const at = now();
      return counters.map(({ key, window: length, max }) => {
        const window = users.windows.get(`${home} ${key}`) ?? createWindow();
        advance(window, length, at);
        return useOf(window, length, { at, max });
      });
    },
    note(order, isNew) {
      const at = now();
      put(order, due(order, at, isNew), at);
    },
  };
}

function isKnown({ known }: Room, { who, mark }: { who: string; mark: string }, at: number): boolean {
  const last = known.get(who)?.get(mark);
  return last !== undefined && at - last < KEEP.known;
}

function remember({ known }: Room, { who, mark }: { who: string; mark: string }, at: number): void {
  const marks = known.get(who) ?? new Map<string, number>();
  marks.delete(mark);
  marks.set(mark, at);
  const [oldest] = marks.keys();
  if (marks.size > KEEP.marks && oldest !== undefined) marks.delete(oldest);
  // Without this the room would believe the former size.
  known.delete(who);
  known.set(who, marks);
}
