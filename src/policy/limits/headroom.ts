/** headroom — who may send unasked: how much of whom may pass before Redis has counted it.
 *
 * Where of each counter at most half is used, nobody need wait for Redis: what passes is told to it a moment
 * later (shared-counts.ts). With each answer Redis says how much that may be, an eighth of what is left to half
 * of the owner's fullest counter. So a daemon that has not heard yet what others counted lets through a
 * sixteenth of a limit too much, and of a limit below sixteen nothing.
 *
 * limits   the owners heard of last; of others Redis is asked first */

import { LRUCache } from 'lru-cache';
import { ownCopy } from '../../base/text.ts';
import type { Order, Outcome, Owner } from './charge.ts';

/** Of each owner of an order: by what counts always, then by each of the order's `news`. */
export type Room = readonly number[];

/** What Redis says; there is no room where something does not fit. */
export type Told = Outcome & { readonly room: Room };

export interface Headroom {
  /** Whether this may pass unasked; if so it is under way until it is told of. */
  take(order: Order, mayBeNew: readonly boolean[]): boolean;
  /** What was taken is counted, or lost. */
  give(order: Order): void;
  hear(order: Order, room: Room): void;
}

interface Kept {
  /** One number more than the order has `news`; or none. */
  readonly room: number[];
  underWay: number;
}

const MOST = 100_000;

export function createHeadroom(): Headroom {
  // With `max` it would take the memory of all from the beginning.
  const owners = new LRUCache<string, Kept>({ maxSize: MOST, sizeCalculation: () => 1 });

  const keptOf = (order: Order): readonly (Kept | undefined)[] =>
    order.owners.map((owner) => owners.get(keyOf(owner)));

  function begin(owner: Owner): Kept {
    const kept = { room: [], underWay: 0 };
    owners.set(ownCopy(keyOf(owner)), kept);
    return kept;
  }

  return {
    take(order, mayBeNew) {
      const kept = keptOf(order);
      if (!isUsual(order) || !kept.every((one) => one !== undefined && fits(one, mayBeNew))) return false;
      for (const one of kept) if (one) one.underWay += 1;
      return true;
    },
    give(order) {
      for (const one of keptOf(order)) if (one && one.underWay > 0) one.underWay -= 1;
    },
    hear(order, room) {
      if (!isUsual(order)) return;
      const kinds = order.news.length + 1;
      for (const [n, owner] of order.owners.entries()) {
        const kept = owners.get(keyOf(owner)) ?? begin(owner);
        // In place: an array for each answer, kept until the next, would be most of the garbage of a decision.
        kept.room.length = Math.max(0, Math.min(kinds, room.length - n * kinds));
        for (let kind = 0; kind < kept.room.length; kind += 1)
          kept.room[kind] = room[n * kinds + kind] as number;
      }
    },
  };
}

const keyOf = ({ account, name }: Owner): string => `${account} ${name}`;

/** Whole, and counted in ones: octets are no number of questions. */
const isUsual = ({ onces, isPart }: Order): boolean => !isPart && !onces.includes('bytes');

function fits({ room, underWay }: Kept, mayBeNew: readonly boolean[]): boolean {
  if (room.length !== mayBeNew.length + 1) return false;
  if ((room[0] as number) <= underWay) return false;
  for (let n = 0; n < mayBeNew.length; n += 1)
    if (mayBeNew[n] && (room[n + 1] as number) <= underWay) return false;
  return true;
}
