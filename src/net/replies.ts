/** replies — the answers of one connection, in the order of its requests.
 *
 * The protocols have no request ids, so an answer waits for all before it. */

import type { Instant } from '../base/clock.ts';
import type { Reply } from '../protocol/protocol.ts';

/** A request without an answer, or with one that waits for those before it. */
export interface Waiting<M> {
  readonly message: M;
  /** Since when we owe it something. */
  since: Instant;
  /** What is known of the answer and not sent yet. */
  said: Reply;
  /** Nothing more may be said: the first whole answer counts. */
  isWhole: boolean;
}

export class Replies<M> {
  private queue: (Waiting<M> | Reply)[] = [];
  private readonly isUnordered: boolean;

  constructor({ unordered = false } = {}) {
    this.isUnordered = unordered;
  }

  /** Requests that are not fully answered, and answers that wait for them. */
  get open(): number {
    return this.queue.length;
  }

  /** Keeps the place of an answer that is to come. */
  await(message: M, since: Instant): Waiting<M> {
    const waiting: Waiting<M> = { message, since, said: '', isWhole: false };
    this.queue.push(waiting);
    return waiting;
  }

  /** An answer that was ready at once, behind those that are not. */
  add(reply: Reply): void {
    this.queue.push(reply);
  }

  private takeWhole(): Reply {
    let ready = '';
    this.queue = this.queue.filter((entry) => {
      ready += typeof entry === 'string' ? entry : entry.said;
      if (typeof entry === 'object') entry.said = '';
      return typeof entry === 'object' && !entry.isWhole;
    });
    return ready;
  }

  /** All that may be sent now; it is forgotten here. */
  takeReady(): Reply {
    let ready = '';
    if (this.isUnordered) return this.takeWhole();
    for (let next = this.queue[0]; next !== undefined; next = this.queue[0]) {
      if (typeof next === 'string') ready += next;
      else {
        ready += next.said;
        next.said = '';
        if (!next.isWhole) break;
      }
      this.queue.shift();
    }
    return ready;
  }

  /** The requests to which, since `latest` or before, something is owed. */
  overdue(latest: Instant): Waiting<M>[] {
    const isOverdue = (entry: Waiting<M> | Reply): entry is Waiting<M> =>
      typeof entry !== 'string' && !entry.isWhole && entry.since <= latest;
    return this.queue.filter(isOverdue);
  }
}
