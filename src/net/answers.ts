/** answers — what one peer is told: its messages go to the conversation, the answers to its socket.
 *
 * They leave in the order of the messages. What throws, rejects or takes too long is the
 * protocol's temporary failure and a log line; an answer that comes after that is dropped. */

import type { Socket } from 'node:net';
import type { Soon } from '../base/answer.ts';
import type { Clock, Instant } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Conversation, Protocol, Reply } from '../protocol/protocol.ts';
import type { Limits } from './limits.ts';
import { Outflow } from './outflow.ts';
import { Replies, type Waiting } from './replies.ts';
import type { Traffic } from './traffic.ts';

/** What all connections of a listener share. */
export interface Surroundings<M> {
  readonly protocol: Protocol<M>;
  /** A reload may change them. */
  limits: Limits;
  readonly log: Log;
  readonly traffic: Traffic;
  /** For what takes long anyway. */
  readonly clock: Clock;
  /** The time of the last sweep: reading a clock for each request would cost a tenth of a lookup. */
  now: Instant;
}

export class Answers<M> {
  private readonly socket: Socket;
  private readonly around: Surroundings<M>;
  private readonly conversation: Conversation<M>;
  private readonly replies = new Replies<M>();
  private readonly out: Outflow;
  private readonly onSent: () => void;
  private isSendingDue = false;

  /** `onSent` is called whenever answers that were waited for have left. */
  constructor(socket: Socket, around: Surroundings<M>, onSent: () => void) {
    this.socket = socket;
    this.around = around;
    this.conversation = around.protocol.converse();
    this.out = new Outflow(socket);
    this.onSent = onSent;
  }

  /** Messages without an answer, and answers that wait for them. */
  get open(): number {
    return this.replies.open;
  }

  /** Since when the peer does not read. */
  get blockedSince(): Instant | undefined {
    return this.out.blockedSince;
  }

  /** Answers a message, now or later; `flush` sends what is ready. */
  answer(message: M): void {
    const answer = this.ask(message);
    if (typeof answer === 'string') {
      this.around.traffic.immediate += 1;
      this.say(answer);
    } else this.wait(message, answer);
  }

  /** What the peer is told unasked, behind all that it asked for: a greeting, a refusal. */
  say(reply: Reply): void {
    if (this.replies.open === 0) this.out.send(reply, this.around.now);
    else this.replies.add(reply);
  }

  flush(): void {
    this.out.flush(this.around.now);
  }

  unblock(): void {
    this.out.unblock();
  }

  failOverdue(): void {
    if (this.replies.open === 0) return;
    const { protocol, limits, now, log } = this.around;
    for (const waiting of this.replies.overdue(now - limits.answerDeadline)) {
      this.around.traffic.overdue += 1;
      log.warn('net.overdue', { protocol: protocol.name });
      this.settle(waiting, protocol.failed(waiting.message));
    }
  }

  private ask(message: M): Soon<Reply> {
    try {
      return this.conversation.answer(message);
    } catch (error) {
      return this.failed(message, error);
    }
  }

  private failed(message: M, error: unknown): Reply {
    const { protocol, log, traffic } = this.around;
    traffic.failed += 1;
    log.error('net.failed', { protocol: protocol.name, why: reasonOf(error) });
    try {
      return protocol.failed(message);
    } catch (bug) {
      // Nothing can be said any more, and a closed connection is a temporary failure too.
      log.error('net.bug', { protocol: protocol.name, why: reasonOf(bug) });
      this.socket.destroy();
      return '';
    }
  }

  private wait(message: M, answer: Promise<Reply>): void {
    const { clock, traffic, now } = this.around;
    const waiting = this.replies.await(message, now);
    const since = clock.now();
    const settle = (reply: Reply): void => {
      traffic.waited.observe((clock.now() - since) / 1000);
      this.settle(waiting, reply);
    };
    answer.then(settle, (error: unknown) => settle(this.failed(message, error)));
  }

  private settle(waiting: Waiting<M>, reply: Reply): void {
    if (waiting.reply !== undefined) return;
    waiting.reply = reply;
    if (this.isSendingDue) return;
    // Not at once: the answers of one query come one after the other, and leave in one write.
    this.isSendingDue = true;
    queueMicrotask(() => this.sendReady());
  }

  private sendReady(): void {
    this.isSendingDue = false;
    this.out.send(this.replies.takeReady(), this.around.now);
    this.flush();
    this.onSent();
  }
}
