/** replies — the answers of one connection, in the order of its requests.
 *
 * The protocols have no request ids, so an answer waits for all before it. */

import type { Instant } from '../base/clock.ts';
import type { Reply } from '../protocol/protocol.ts';

/** A request without an answer, or with one that waits for those before it. */
export interface Waiting<M> {
  readonly message: M;
  readonly since: Instant;
  /** The first answer counts. */
  reply: Reply | undefined;
}

export class Replies<M> {
  private readonly queue: (Waiting<M> | Reply)[] = [];

  /** Requests that are not fully answered, and answers that wait for them. */
  get open(): number {
    return this.queue.length;
  }

  /** Keeps the place of an answer that is to come. */
  await(message: M, since: Instant): Waiting<M> {
    const waiting: Waiting<M> = { message, since, reply: undefined };
    this.queue.push(waiting);
    return waiting;
  }

  /** An answer that was ready at once, behind those that are not. */
  add(reply: Reply): void {
    this.queue.push(reply);
  }

  /** All that may be sent now; it is forgotten here. */
  takeReady(): Reply {
    let ready = '';
    for (let next = readyOf(this.queue[0]); next !== undefined; next = readyOf(this.queue[0])) {
      ready += next;
      this.queue.shift();
    }
    return ready;
  }

  /** The requests that came at `latest` or before and that nobody answered. */
  overdue(latest: Instant): Waiting<M>[] {
    const isOverdue = (entry: Waiting<M> | Reply): entry is Waiting<M> =>
      typeof entry !== 'string' && entry.reply === undefined && entry.since <= latest;
    return this.queue.filter(isOverdue);
  }
}

const readyOf = <M>(entry: Waiting<M> | Reply | undefined): Reply | undefined =>
  typeof entry === 'object' ? entry.reply : entry;
