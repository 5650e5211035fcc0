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
  /** Whom the recipient of this request may be known to already; undefined where none is new. */
  readonly acquaintance: Acquaintance | undefined;
  readonly charges: readonly Charge[];
}

export interface Acquaintance {
  readonly who: string;
  /** Of the recipient, a hash. */
  readonly mark: string;
}

export interface Charge {
  /** Unique within its home: what is counted, whose, within how long. */
  readonly key: string;
  readonly window: Milliseconds;
  readonly max: number;
  readonly amount: number;
  readonly once: string;
  /** Only if the acquaintance is new. */
  readonly ifNew: boolean;
}

export type Outcome =
  /** `isNew`: the acquaintance was made with it. */
  | { readonly kind: 'within'; readonly isNew: boolean }
  | {
      readonly kind: 'over';
      /** Of the charges. */
      readonly index: number;
      /** Before this request. */
      readonly used: number;
      readonly freesIn: Milliseconds;
    };

export interface Counts {
  /** Adds all charges, or none and says which does not fit. */
  charge(order: Order): Soon<Outcome>;
  /** The same answer, and nothing is counted. */
  look(order: Order): Soon<Outcome>;
}

/** For how long a message is remembered, and a recipient known. */
export const KEEP = { message: 3_600_000, known: 30 * 86_400_000, recipients: 2000 } as const;
