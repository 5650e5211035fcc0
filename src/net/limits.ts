/** limits — what a peer may cost us, and how long anything may take. */

import { type Milliseconds, minutes, seconds } from '../base/clock.ts';

export interface Limits {
  /** How long an answer may take; then the protocol's temporary failure is sent instead. */
  readonly answerDeadline: Milliseconds;
  /** How long the rest of a begun message may take; then the peer is refused. */
  readonly messageDeadline: Milliseconds;
  /** How long a peer may leave our answers unread; then it is cut off. */
  readonly writeDeadline: Milliseconds;
  /** How long a peer may say nothing. Longer than the peers' own limits, so that it is they who
   * close (Postfix: 10 s, dict_sockmap.c DICT_SOCKMAP_DEF_MAX_IDLE; Dovecot's Lua keeps its
   * connection as long as the worker lives). */
  readonly idleLimit: Milliseconds;
  /** How long open requests may finish in a drain. */
  readonly drainTime: Milliseconds;
  /** How long a peer that was told to go elsewhere may say nothing before it is left. */
  readonly farewellTime: Milliseconds;
  /** How long a peer may take to close after us; what it still sends is not answered. */
  readonly lingerTime: Milliseconds;
  /** How often deadlines are looked at, and so how late they may strike. */
  readonly sweepEvery: Milliseconds;
  /** Connections at one time; a further one is closed at once. */
  readonly maxConnections: number;
  /** Requests of one connection that may be without an answer; then it is not read for a while. */
  readonly maxOpen: number;
}

export const defaultLimits: Limits = {
  answerDeadline: seconds(5),
  messageDeadline: seconds(10),
  writeDeadline: seconds(30),
  idleLimit: minutes(10),
  drainTime: seconds(20),
  farewellTime: seconds(1),
  lingerTime: seconds(1),
  sweepEvery: 250,
  maxConnections: 10_000,
  maxOpen: 64,
};
