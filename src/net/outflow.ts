/** outflow — the answers on their way out of one socket: gathered, written, held back.
 *
 * All answers of one chunk leave in one write: a system call costs more than a lookup. */

import type { Socket } from 'node:net';
import type { Instant } from '../base/clock.ts';
import type { Reply } from '../protocol/protocol.ts';

/** Text that is written without waiting for the rest of the chunk's answers, in UTF-16 units. */
const ENOUGH = 65_536;

export class Outflow {
  private readonly socket: Socket;
  private text: Reply = '';
  private since: Instant | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Since when the peer does not read what it was sent; the socket's 'drain' tells that it did. */
  get blockedSince(): Instant | undefined {
    return this.since;
  }

  send(reply: Reply, now: Instant): void {
    this.text += reply;
    if (this.text.length >= ENOUGH) this.flush(now);
  }

  flush(now: Instant): void {
    if (this.text === '') return;
    const text = this.text;
    this.text = '';
    if (!this.socket.write(text)) this.since ??= now;
  }

  /** The peer has read everything. */
  unblock(): void {
    this.since = undefined;
  }
}
