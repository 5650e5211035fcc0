/** connection — one peer: its bytes in, its answers out, in order and in time.
 *
 *   open ──refused, idle──▸ closing ──all answered──▸ ended ──peer closes, or too slow──▸ gone
 *
 * limits   limits.ts. A peer costs at most one message and one chunk of unread bytes, and the answers
 *          of `maxOpen` requests: it is not read while its answers wait.
 * bugs     deadlines strike up to `sweepEvery` late: a timer for each request would cost more than
 *          a lookup does */

import type { Socket } from 'node:net';
import type { Soon } from '../base/answer.ts';
import type { Instant } from '../base/clock.ts';
import type { Log, LogFields } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Conversation, Protocol, Reply } from '../protocol/protocol.ts';
import { afterNextPoll } from './after-poll.ts';
import { Intake } from './intake.ts';
import type { Limits } from './limits.ts';
import { Outflow } from './outflow.ts';
import { Replies, type Waiting } from './replies.ts';

/** What all connections of a listener share. */
export interface Surroundings<M> {
  readonly protocol: Protocol<M>;
  readonly limits: Limits;
  readonly log: Log;
  /** The time of the last sweep: reading a clock for each request would cost a tenth of a lookup. */
  now: Instant;
}

export class Connection<M> {
  private readonly socket: Socket;
  private readonly around: Surroundings<M>;
  private readonly conversation: Conversation<M>;
  private readonly intake = new Intake();
  private readonly replies = new Replies<M>();
  private readonly out: Outflow;
  private state: 'open' | 'closing' | 'ended' = 'open';
  private isDraining = false;
  /** The peer has said its last word, and may still listen. */
  private isPeerDone = false;
  private isPaused = false;
  private isFlushDue = false;
  private heardAt: Instant;
  /** Since when a message is incomplete, the peer reads nothing, all is sent. */
  private partialSince: Instant | undefined;
  private blockedSince: Instant | undefined;
  private finishedAt: Instant | undefined;

  constructor(socket: Socket, around: Surroundings<M>) {
    this.socket = socket;
    this.around = around;
    this.heardAt = around.now;
    this.out = new Outflow(socket);
    this.conversation = around.protocol.converse();
    socket.on('data', (chunk) => this.guard(() => this.hear(chunk)));
    socket.on('drain', () => this.guard(() => this.unblock()));
    socket.on('end', () => this.guard(() => this.hearEnd()));
    socket.on('finish', () => {
      this.finishedAt = around.now;
    });
    socket.on('error', (error) => this.tell('debug', 'net.reset', { why: reasonOf(error) }));
    this.out.send(around.protocol.greeting ?? '');
    this.flush();
  }

  /** Answers what has arrived, then ends. */
  drain(): void {
    this.isDraining = true;
    this.endSoon();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Looks at all deadlines; `around.now` is fresh. */
  sweep(): void {
    this.guard(() => {
      const { now, limits } = this.around;
      const isOver = (since: Instant | undefined, limit: number) =>
        since !== undefined && now - since >= limit;
      if (isOver(this.finishedAt, limits.lingerTime)) return this.destroy();
      if (isOver(this.blockedSince, limits.writeDeadline)) return this.giveUp();
      this.failOverdue(now - limits.answerDeadline);
      if (isOver(this.partialSince, limits.messageDeadline)) this.refuse('the message does not end');
      else if (this.isQuiet() && isOver(this.heardAt, limits.idleLimit)) this.state = 'closing';
      this.endIfDone();
    });
  }

  private hear(chunk: Buffer): void {
    // After a refusal the peer is read, so that it gets to read the refusal, but not heard.
    if (this.state !== 'open') return;
    this.heardAt = this.around.now;
    this.read(this.intake.add(chunk));
  }

  private hearEnd(): void {
    this.isPeerDone = true;
    this.read(this.intake.view());
  }

  /** Answers all whole messages in `bytes`, as long as answers are not held up. */
  private read(bytes: Buffer): void {
    let start = 0;
    while (start < bytes.length && this.mayRead()) {
      const frame = this.around.protocol.framing(bytes, start);
      if (frame.kind === 'more') break;
      if (frame.kind === 'broken') {
        this.refuse(frame.why);
        break;
      }
      start += frame.used;
      this.answer(frame.message);
    }
    this.intake.keep(bytes, start);
    this.flush();
    if (this.mayRead()) this.waitForRest(start > 0);
    else this.pause();
    this.endSoon();
  }

  private mayRead(): boolean {
    return this.state === 'open' && this.replies.open < this.around.limits.maxOpen && !this.out.isBlocked;
  }

  private isQuiet(): boolean {
    return this.state === 'open' && this.replies.open === 0 && this.intake.unread === 0;
  }

  /** Whatever is unread now is the beginning of a message; a new one if others were read. */
  private waitForRest(isNew: boolean): void {
    if (this.intake.unread === 0) this.partialSince = undefined;
    else if (this.isPeerDone) this.refuse('the message does not end');
    else if (isNew || this.partialSince === undefined) this.partialSince = this.around.now;
  }

  private pause(): void {
    this.partialSince = undefined;
    if (this.state !== 'open' || this.isPaused) return;
    this.isPaused = true;
    this.socket.pause();
  }

  /** Goes on reading once half of the open requests are answered: not one message at a time. */
  private resume(): void {
    if (!this.isPaused || this.out.isBlocked || this.replies.open > this.around.limits.maxOpen / 2) return;
    this.isPaused = false;
    this.read(this.intake.view());
    if (!this.isPaused) this.socket.resume();
  }

  private answer(message: M): void {
    const answer = this.ask(message);
    if (typeof answer === 'string') this.reply(answer);
    else this.answerLater(message, answer);
  }

  private answerLater(message: M, answer: Promise<Reply>): void {
    const waiting = this.replies.await(message, this.around.now);
    answer.then(
      (reply) => this.settle(waiting, reply),
      (error: unknown) => this.settle(waiting, this.failed(message, error)),
    );
  }

  private ask(message: M): Soon<Reply> {
    try {
      return this.conversation.answer(message);
    } catch (error) {
      return this.failed(message, error);
    }
  }

  private failed(message: M, error: unknown): Reply {
    this.tell('error', 'net.failed', { why: reasonOf(error) });
    return this.around.protocol.failed(message);
  }

  private reply(reply: Reply): void {
    if (this.replies.open === 0) this.out.send(reply);
    else this.replies.add(reply);
  }

  private settle(waiting: Waiting<M>, reply: Reply): void {
    if (waiting.reply !== undefined) return;
    waiting.reply = reply;
    if (this.isFlushDue) return;
    // Not at once: the answers of one query come one after the other, and leave in one write.
    this.isFlushDue = true;
    queueMicrotask(() => this.guard(() => this.sendReady()));
  }

  private sendReady(): void {
    this.isFlushDue = false;
    this.out.send(this.replies.takeReady());
    this.flush();
    this.resume();
    this.endSoon();
  }

  private failOverdue(latest: Instant): void {
    if (this.replies.open === 0) return;
    for (const waiting of this.replies.overdue(latest)) {
      this.tell('warn', 'net.overdue');
      this.settle(waiting, this.around.protocol.failed(waiting.message));
    }
  }

  /** The protocol's refusal, behind all answers; nothing is read after it. */
  private refuse(why: string): void {
    this.tell('warn', 'net.broken', { why });
    this.state = 'closing';
    this.partialSince = undefined;
    this.reply(this.around.protocol.broken(why));
    this.flush();
  }

  private flush(): void {
    this.out.flush();
    if (this.out.isBlocked) this.blockedSince ??= this.around.now;
  }

  private unblock(): void {
    this.out.unblock();
    this.blockedSince = undefined;
    this.resume();
    this.endSoon();
  }

  private giveUp(): void {
    this.tell('warn', 'net.unread', { open: this.replies.open });
    this.destroy();
  }

  /** In a drain, what has arrived but is not read yet is answered too: one more poll reads it. */
  private endSoon(): void {
    if (this.isDraining && this.state === 'open') afterNextPoll(() => this.guard(() => this.endIfDone()));
    else this.endIfDone();
  }

  private endIfDone(): void {
    const isLast = this.state === 'closing' || (this.isQuiet() && (this.isDraining || this.isPeerDone));
    if (!isLast || this.replies.open > 0) return;
    this.state = 'ended';
    this.intake.clear();
    this.socket.end();
    this.socket.resume();
  }

  /** A bug here costs one connection, never the daemon. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.tell('error', 'net.bug', { why: reasonOf(error) });
      this.destroy();
    }
  }

  private tell(level: 'debug' | 'warn' | 'error', event: string, fields?: LogFields): void {
    this.around.log[level](event, { protocol: this.around.protocol.name, ...fields });
  }
}
