/** outflow — the answers on their way out of one socket: gathered, written, held back.
 *
 * All answers of one chunk leave in one write: a system call costs more than a lookup. */

import type { Socket } from 'node:net';
import type { Reply } from '../protocol/protocol.ts';

/** Text that is written without waiting for the rest of the chunk's answers, in UTF-16 units. */
const ENOUGH = 65_536;

export class Outflow {
  private readonly socket: Socket;
  private text: Reply = '';
  private blocked = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** The peer does not read what it was sent; 'drain' of the socket tells when it did. */
  get isBlocked(): boolean {
    return this.blocked;
  }

  send(reply: Reply): void {
    this.text += reply;
    if (this.text.length >= ENOUGH) this.flush();
  }

  flush(): void {
    if (this.text === '') return;
    const text = this.text;
    this.text = '';
    if (!this.socket.write(text)) this.blocked = true;
  }

  /** The peer has read everything. */
  unblock(): void {
    this.blocked = false;
  }
}
