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
  /** What passes unasked is under way until it is given back; undefined: it must not. */
  take(order: Order, mayBeNew: readonly boolean[]): Taken | undefined;
  /** What was taken is counted, or lost. */
  give(taken: Taken): void;
  /** With what was taken for this order, if anything was. */
  hear(order: Order, room: Room, taken?: Taken): void;
}

/** Of each owner of an order. */
export type Taken = readonly Kept[];

interface Kept {
  /** One number more than the order has `news`; or none. */
  readonly room: number[];
  underWay: number;
}

const MOST = 100_000;

export function createHeadroom(): Headroom {
  // With `max` it would take the memory of all from the beginning.
  const owners = new LRUCache<string, Kept>({ maxSize: MOST, sizeCalculation: () => 1 });

  function keptOf({ owners: all }: Order): Taken | undefined {
    const kept: Kept[] = [];
    for (const owner of all) {
      const one = owners.get(keyOf(owner));
      if (one === undefined) return undefined;
      kept.push(one);
    }
    return kept;
  }

  function begin(owner: Owner): Kept {
    const kept = { room: [], underWay: 0 };
    owners.set(ownCopy(keyOf(owner)), kept);
    return kept;
  }

  return {
    take(order, mayBeNew) {
      const kept = isUsual(order) ? keptOf(order) : undefined;
      if (!kept?.every((one) => fits(one, mayBeNew))) return undefined;
      for (const one of kept) one.underWay += 1;
      return kept;
    },
    give(taken) {
      for (const one of taken) one.underWay -= 1;
    },
    hear(order, room, taken) {
      if (!isUsual(order)) return;
      const kinds = order.news.length + 1;
      for (const [n, owner] of order.owners.entries()) {
        const kept = taken?.[n] ?? owners.get(keyOf(owner)) ?? begin(owner);
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
