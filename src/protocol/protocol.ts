/** protocol — what net/ needs to know of a protocol: its framing and its side of the talk.
 *
 * A protocol knows no socket and no SQL. net/ owns order, back-pressure, deadlines and drain. */

import type { Soon } from '../base/answer.ts';
import type { Framing } from '../wire/framing.ts';

/** Bytes to send, as text (UTF-8). An empty reply sends nothing. */
export type Reply = string;

export interface Conversation<M> {
  /** The reply to one message, at once or later. net/ sends replies in the order of requests.
   * What it throws or rejects with is logged, and `failed` is sent instead. */
  answer(message: M): Soon<Reply>;
}

export interface Protocol<M> {
  /** As in the logs and settings: `socketmap`, `login`. */
  readonly name: string;
  readonly framing: Framing<M>;
  /** The peer's greeting, if the server speaks first. */
  readonly greeting?: Reply;
  /** Called once a connection. */
  converse(): Conversation<M>;
  /** The proper refusal of bytes that are no message; the connection is closed after it. */
  broken(why: string): Reply;
  /** The protocol's temporary failure, when `answer` threw or took too long. */
  failed(message: M): Reply;
}
