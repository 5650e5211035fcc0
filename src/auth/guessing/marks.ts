/** marks — what guessing remembers: small sets of marks, each with the time it was made; and the
 * interface of the stores that keep them. All rules are in limits.ts and counters.ts, none in a store.
 *
 * security names and marks are keyed HMACs (names.ts): a store shows no user, network or password. Of
 * `submissions` it shows login names and clients' addresses */

import type { Soon } from '../../base/answer.ts';
import type { Milliseconds } from '../../base/clock.ts';

/** `wrong`: passwords by network and user. `users`: who failed from a network. `known`: networks of a
 * user. `former`: passwords of a user that were right. `tried`: wrong ones by user, for the event of a
 * burst alone. `told`: that this event was written. */
export type Kind = 'wrong' | 'users' | 'known' | 'former' | 'tried' | 'told';

export interface SetName {
  /** `submissions`: by which passwords a user logged in to send, from an address (../submissions.ts). */
  readonly kind: Kind | 'submissions';
  readonly id: string;
}

/** By mark, when it was made: milliseconds of the wall clock, which several daemons share. */
export type Marks = ReadonlyMap<string, number>;

export interface Mark {
  readonly set: SetName;
  readonly mark: string;
  readonly at: number;
  /** The set goes when nothing was added to it for so long. */
  readonly keepFor: Milliseconds;
  /** Of more than these the oldest go. */
  readonly most: number;
  /** A mark that is there already keeps its time, or takes this one. */
  readonly again: 'keep' | 'renew';
}

export interface Store {
  /** In the order asked; a set that nobody made is empty. */
  read(sets: readonly SetName[]): Soon<readonly Marks[]>;
  add(mark: Mark): Soon<void>;
  clear(set: SetName): Soon<void>;
  close(): void;
}
