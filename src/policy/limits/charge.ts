/** charge — what a question adds to which counters: all of them or none; and the shape of who counts.
 *
 * A message is asked about several times, for each recipient and again when Postfix repeats a
 * question: what was charged once for that message is not charged again.
 *
 * What is the same for all users with the same limits is made once (plan.ts): the charges, which point into
 * lists of what differs. */

import type { Soon } from '../../base/answer.ts';
import type { Milliseconds } from '../../base/clock.ts';

export interface Order {
  /** Whose counters these are, in a word that keeps them together in a cluster: a domain, a network. */
  readonly home: string;
  /** Strangers have room of their own, so that they push out nobody who has logged in. */
  readonly isStranger: boolean;
  /** The login, or a stranger's network: whose message it is, and who knows whom. */
  readonly account: string;
  /** Postfix's `instance`; where it is empty everything counts each time. */
  readonly message: string;
  /** Its canonical address. */
  readonly recipient: string;
  /** Of the client; empty where that is not known. */
  readonly network: string;
  /** To each counter: 1, or octets. */
  readonly amount: number;
  readonly owners: readonly Owner[];
  /** What is charged once a message; distinct. */
  readonly onces: readonly Once[];
  /** What may be known to the account already; distinct. */
  readonly news: readonly New[];
  readonly charges: readonly Charge[];
  /** Some charges were taken out: what is left tells nothing of how full its owners' counters are. */
  readonly isPart?: true;
}

/** Whom things are charged to: a user, his password, his domain. */
export interface Owner {
  /** Where his counters are. */
  readonly account: string;
  /** Unique there. */
  readonly name: string;
}

/** The message as such, each recipient of it, its bytes. */
export type Once = 'message' | 'recipient' | 'bytes';

/** `bounces`: recipients who were known not to exist. */
export type New = 'new_recipients' | 'new_networks' | 'bounces';

/** One counter of an owner. */
export interface Meter {
  /** Unique among his: what is counted, within how long. */
  readonly meter: string;
  readonly window: Milliseconds;
  readonly max: number;
}

export interface Charge extends Meter {
  /** Its place among the order's owners. */
  readonly owner: number;
  /** Its place among the order's. */
  readonly once: number;
  /** Only if this of the order's is new: its place. */
  readonly ifNew: number | undefined;
  /** It is counted beyond its limit, which stops nothing by itself. */
  readonly isSoft: boolean;
  /** It is compared with its limit and not counted. */
  readonly isDoubtful: boolean;
}

export type Outcome = Within | Over;

export interface Over {
  readonly kind: 'over';
  /** Of the charges. */
  readonly index: number;
  /** Before this request. */
  readonly used: number;
  readonly freesIn: Milliseconds;
}

export interface Within {
  readonly kind: 'within';
  /** Which charges count, or would: those that were not made for this message before. */
  readonly due: readonly number[];
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

export type Counted = Meter & { readonly owner: Owner };

export interface Use {
  readonly used: number;
  /** Until one more fits; 0: it does. */
  readonly freesIn: Milliseconds;
}

/** For how long a message is remembered, and a recipient or network known; who is known is renewed that often at most. */
export const KEEP = { message: 3_600_000, known: 30 * 86_400_000, renewed: 3_600_000, marks: 2000 } as const;
