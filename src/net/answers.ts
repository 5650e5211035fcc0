/** answers — what one peer is told: its messages go to the conversation, the answers to its socket.
 *
 * They leave in the order of the messages. What throws, rejects or takes too long is the
 * protocol's temporary failure and a log line; an answer that comes after that is dropped. Of an
 * answer in parts, each is asked for when the peer has taken the one before. */

import type { Socket } from 'node:net';
import type { Clock, Instant } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Answered, Conversation, Final, Parts, Protocol, Refusal, Reply } from '../protocol/protocol.ts';
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
  private readonly replies: Replies<M>;
  private readonly out: Outflow;
  private readonly onSent: () => void;
  private isSendingDue = false;
  private isHangingUp = false;
  /** Wake answers in parts that wait for the peer. */
  private readonly pulls: (() => void)[] = [];

  /** `onSent` is called whenever answers that were waited for have left. */
  constructor(socket: Socket, around: Surroundings<M>, onSent: () => void) {
    this.socket = socket;
    this.around = around;
    this.conversation = around.protocol.converse();
    this.out = new Outflow(socket);
    this.replies = new Replies(around.protocol);
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

  /** Answers a message, now or later; `flush` sends what is ready. A refusal is the caller's. */
  answer(message: M): Refusal | undefined {
    const answer = this.ask(message);
    if (typeof answer === 'string') {
      this.around.traffic.immediate += 1;
      this.say(answer);
    } else if (typeof answer === 'symbol') this.settle(this.replies.await(message, this.around.now), answer);
    else if ('kind' in answer) return answer;
    else if (answer instanceof Promise) this.wait(message, answer);
    else void this.pour(message, answer);
    return undefined;
  }

  greet(): void {
    this.say(this.conversation.greeting ?? this.around.protocol.greeting ?? '');
  }

  /** What the peer is told unasked, behind all that it asked for: a greeting, a refusal. */
  say(reply: Reply): void {
    if (this.replies.open === 0 || this.around.protocol.unordered) this.out.send(reply, this.around.now);
    else this.replies.add(reply);
  }

  /** What the peer is told before all that it still waits for. */
  interject(reply: Reply): void {
    this.out.send(reply, this.around.now);
    this.flush();
  }

  flush(): void {
    this.out.flush(this.around.now);
  }

  unblock(): void {
    this.out.unblock();
    this.pullParts();
  }

  /** The peer is gone. */
  close(): void {
    this.pullParts();
    this.conversation.close?.();
  }

  failOverdue(): void {
    if (this.replies.open === 0) return;
    const { protocol, limits, now, log } = this.around;
    for (const waiting of this.replies.overdue(now - limits.answerDeadline)) {
      this.around.traffic.overdue += 1;
      log.warn('net.overdue', { protocol: protocol.name });
      this.settle(waiting, this.conversation.failed?.(waiting.message) ?? protocol.failed(waiting.message));
    }
  }

  private ask(message: M): Answered {
    try {
      return this.conversation.answer(message);
    } catch (error) {
      return this.failed(message, error);
    }
  }

  private failed(message: M, error: unknown): Final {
    const { protocol, log, traffic } = this.around;
    traffic.failed += 1;
    log.error('net.failed', { protocol: protocol.name, why: reasonOf(error) });
    try {
      return this.conversation.failed?.(message) ?? protocol.failed(message);
    } catch (bug) {
      // Nothing can be said any more, and a closed connection is a temporary failure too.
      log.error('net.bug', { protocol: protocol.name, why: reasonOf(bug) });
      this.socket.destroy();
      return '';
    }
  }

  private wait(message: M, answer: Promise<Final>): void {
    const waiting = this.replies.await(message, this.around.now);
    const observe = this.stopwatch();
    const settle = (reply: Final): void => {
      observe();
      this.settle(waiting, reply);
    };
    answer.then(settle, (error: unknown) => settle(this.failed(message, error)));
  }

  /** Counts an answer by how long it took from now on, once. */
  private stopwatch(): () => void {
    const { clock, traffic } = this.around;
    let since: Instant | undefined = clock.now();
    return () => {
      if (since !== undefined) traffic.waited.observe((clock.now() - since) / 1000);
      since = undefined;
    };
  }

  /** How long it took is told by the first part: after that it is the peer's time too. */
  private async pour(message: M, parts: Parts): Promise<void> {
    const waiting = this.replies.await(message, this.around.now);
    const observe = this.stopwatch();
    try {
      for await (const part of parts) {
        observe();
        if (waiting.isWhole) return;
        waiting.said += part;
        this.sendSoon();
        await this.taken(waiting);
        if (this.socket.destroyed) return;
      }
      this.settle(waiting, '');
    } catch (error) {
      this.settle(waiting, this.failed(message, error));
    }
    observe();
  }

  /** Resolves when all that is said has left and the peer reads, or is gone. */
  private async taken(waiting: Waiting<M>): Promise<void> {
    // It is the peer now who is waited for, and `writeDeadline` holds.
    waiting.since = Number.POSITIVE_INFINITY;
    while (!this.socket.destroyed && (waiting.said !== '' || this.out.blockedSince !== undefined)) {
      await new Promise<void>((resolve) => this.pulls.push(resolve));
    }
    waiting.since = this.around.now;
  }

  private pullParts(): void {
    for (const pull of this.pulls.splice(0)) pull();
  }

  private settle(waiting: Waiting<M>, reply: Final): void {
    if (waiting.isWhole) return;
    if (typeof reply === 'string') waiting.said += reply;
    else this.isHangingUp = true;
    waiting.isWhole = true;
    this.sendSoon();
  }

  private sendSoon(): void {
    if (this.isSendingDue) return;
    // Not at once: the answers of one query come one after the other, and leave in one write.
    this.isSendingDue = true;
    queueMicrotask(() => this.sendReady());
  }

  private sendReady(): void {
    this.isSendingDue = false;
    this.out.send(this.replies.takeReady(), this.around.now);
    this.flush();
    // What is still open has no better answer than the end of the connection.
    if (this.isHangingUp) this.socket.destroySoon();
    else this.onSent();
    this.pullParts();
  }
}
