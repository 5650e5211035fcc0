/** protocol — what net/ needs to know of a protocol: its framing and its side of the talk.
 *
 * A protocol knows no socket and no SQL. net/ owns order, back-pressure, deadlines and drain. */

import type { Soon } from '../base/answer.ts';
import type { Framing } from '../wire/framing.ts';

/** Bytes to send, as text (UTF-8). An empty reply sends nothing. */
export type Reply = string;

/** A long reply, a part at a time: the next one is asked for when the peer has taken the last. Each
 * ends where the protocol may say something else, such as that it goes no further. */
export type Parts = AsyncIterable<Reply>;

/** Whoever says this is not to be talked to: `broken` is the last that it hears. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly why: string;
}

export const refusal = (why: string): Refusal => ({ kind: 'refusal', why });

/** Instead of a reply: the connection ends once all replies before it have left. Some peers know no
 * other way to be told of a temporary failure. */
export const hangUp = Symbol('hang up');
export type Final = Reply | typeof hangUp;

/** A reply at once, later, or in parts; or the end of the connection. */
export type Answered = Soon<Final> | Parts | Refusal;

export interface Conversation<M, A extends Answered = Answered> {
  /** What the server says first to this peer, if it does. */
  readonly greeting?: Reply;
  /** The reply to one message. net/ sends replies in the order of requests, or as they come if the
   * protocol is `unordered`. What it throws or rejects with is logged, and `failed` is sent instead, or after the parts. */
  answer(message: M): A;
  /** In place of the protocol's, where the peer decides how a failure is told. */
  failed?(message: M): Final;
  /** The peer is gone, and hears none of the answers that are still to come. */
  close?(): void;
}

export interface Protocol<M, A extends Answered = Answered> {
  /** As in the logs and settings: `socketmap`, `login`. */
  readonly name: string;
  readonly framing: Framing<M>;
  /** The peer tells replies apart by an id in them: none waits for another. */
  readonly unordered?: true;
  /** The peer's greeting, if the server speaks first. */
  readonly greeting?: Reply;
  /** Asks the peer to go elsewhere after its next answer. Said at once when the daemon drains; who says
   * nothing for a while after it is left. For peers that do not ask again when a connection ends. */
  readonly farewell?: Reply;
  /** Called once a connection. */
  converse(): Conversation<M, A>;
  /** The proper refusal of bytes that are no message; the connection is closed after it. */
  broken(why: string): Reply;
  /** The protocol's temporary failure, when `answer` threw or took too long. */
  failed(message: M): Final;
}
