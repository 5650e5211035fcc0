/** charge — what a request adds to which counters: all of them or none; and the shape of who counts.
 *
 * A message is asked about several times, for each recipient and again when Postfix repeats a
 * question: what was charged `once` under a name is not charged again for that message. */

import type { Soon } from '../../base/answer.ts';
import type { Milliseconds } from '../../base/clock.ts';

export interface Order {
  /** Whose counters these are, in a word that keeps them together in a cluster: a domain, a network. */
  readonly home: string;
  /** Strangers have room of their own, so that they push out nobody who has logged in. */
  readonly isStranger: boolean;
  /** Postfix's `instance`; where it is empty everything counts each time. */
  readonly message: string;
  /** What of this request may be known to whom already; few. */
  readonly acquaintances: readonly Acquaintance[];
  readonly charges: readonly Charge[];
}

export interface Acquaintance {
  /** Who, and what kind of thing: a recipient, a network. */
  readonly who: string;
  /** Of the thing, a hash. */
  readonly mark: string;
}

export interface Charge {
  /** Unique within its home: what is counted, whose, within how long. */
  readonly key: string;
  readonly window: Milliseconds;
  readonly max: number;
  readonly amount: number;
  readonly once: string;
  /** Only if this acquaintance is new: its place in the order. */
  readonly ifNew: number | undefined;
  /** It is counted beyond its limit, which stops nothing by itself. */
  readonly isSoft: boolean;
}

export type Outcome =
  | Within
  | {
      readonly kind: 'over';
      /** Of the charges. */
      readonly index: number;
      /** Before this request. */
      readonly used: number;
      readonly freesIn: Milliseconds;
    };

export interface Within {
  readonly kind: 'within';
  /** Of each acquaintance, whether it was made with this request. */
  readonly isNew: readonly boolean[];
  /** The soft charges that are beyond their limits now. */
  readonly exceeded: readonly Exceeded[];
}

export interface Exceeded {
  /** Of the charges. */
  readonly index: number;
  /** With this request. */
  readonly used: number;
}

export interface Counts {
  /** Adds all charges, or none and says which does not fit. */
  charge(order: Order): Soon<Outcome>;
  /** The same answer, and nothing is counted. */
  look(order: Order): Soon<Outcome>;
  /** How full these counters of who logs in are. */
  uses(home: string, counters: readonly Counted[]): Soon<readonly Use[]>;
}

export type Counted = Pick<Charge, 'key' | 'window' | 'max'>;

export interface Use {
  readonly used: number;
  /** Until one more fits; 0: it does. */
  readonly freesIn: Milliseconds;
}

/** For how long a message is remembered, and a recipient or network known. */
export const KEEP = { message: 3_600_000, known: 30 * 86_400_000, marks: 2000 } as const;
