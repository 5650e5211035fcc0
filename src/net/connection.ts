/** connection — one peer: when it is read, when it is answered, when it is at its end.
 *
 *   open ──refused, idle──▸ closing ──all answered──▸ ended ──peer closes, or too slow──▸ gone
 *
 * limits   limits.ts. A peer costs at most one message and one chunk of unread bytes, and the answers
 *          of `maxOpen` requests: it is not read while its answers wait.
 * bugs     deadlines strike up to `sweepEvery` late: a timer for each request would cost more than
 *          a lookup does */

import type { Socket } from 'node:net';
import type { Instant, Milliseconds } from '../base/clock.ts';
import type { LogFields } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { afterNextPoll } from './after-poll.ts';
import { Answers, type Surroundings } from './answers.ts';
import { Intake } from './intake.ts';
import { receive } from './receive.ts';

export class Connection<M> {
  private readonly socket: Socket;
  private readonly around: Surroundings<M>;
  private readonly intake = new Intake();
  private readonly answers: Answers<M>;
  private state: 'open' | 'closing' | 'ended' = 'open';
  private isDraining = false;
  /** The peer has said its last word, and may still listen. */
  private isPeerDone = false;
  private isPaused = false;
  private heardAt: Instant;
  /** Since when a message is incomplete. */
  private partialSince: Instant | undefined;
  /** Since when everything is sent, our end included. */
  private finishedAt: Instant | undefined;

  /** `onClose` is called once, when the peer is gone. */
  constructor(accepted: Socket, around: Surroundings<M>, onClose: () => void) {
    const socket = receive(accepted, (chunk) => this.guard(() => this.hear(chunk)));
    this.socket = socket;
    this.around = around;
    this.heardAt = around.now;
    this.answers = new Answers(socket, around, () => this.guard(() => this.goOn()));
    socket.on('end', () => this.guard(() => this.hearEnd()));
    socket.on('drain', () => this.guard(() => this.unblock()));
    socket.on('finish', () => {
      this.finishedAt = around.now;
    });
    socket.on('error', (error) => this.tell('debug', 'net.reset', { why: reasonOf(error) }));
    socket.once('close', () => {
      this.answers.close();
      onClose();
    });
    this.answers.greet();
    this.answers.flush();
  }

  /** Answers what has arrived, then ends. */
  drain(): void {
    const { farewell } = this.around.protocol;
    this.isDraining = true;
    this.heardAt = this.around.now;
    if (farewell === undefined) this.endSoon();
    else this.answers.interject(farewell);
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Looks at all deadlines; `around.now` is fresh. */
  sweep(): void {
    this.guard(() => {
      const { limits } = this.around;
      if (this.isOver(this.finishedAt, limits.lingerTime)) return this.destroy();
      if (this.isOver(this.answers.blockedSince, limits.writeDeadline)) return this.giveUp();
      this.answers.failOverdue();
      if (this.isOver(this.partialSince, limits.messageDeadline)) this.refuse('the message does not end');
      else if (this.isQuiet() && this.isOver(this.heardAt, limits.idleLimit)) this.state = 'closing';
      this.endIfDone();
    });
  }

  private isOver(since: Instant | undefined, limit: Milliseconds): boolean {
    return since !== undefined && this.around.now - since >= limit;
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
    // A peer that still listens does not notice it; of one that is gone (unix sockets) this is the
    // first to tell: EPIPE.
    if (this.answers.open > 0) this.socket.write('');
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
      const refusal = this.answers.answer(frame.message);
      if (refusal) {
        this.refuse(refusal.why);
        break;
      }
    }
    this.intake.keep(bytes, start);
    this.answers.flush();
    if (this.mayRead()) this.waitForRest(start > 0);
    else this.pause();
    this.endSoon();
  }

  private mayRead(): boolean {
    const { open, blockedSince } = this.answers;
    return this.state === 'open' && open < this.around.limits.maxOpen && blockedSince === undefined;
  }

  private isQuiet(): boolean {
    return this.state === 'open' && this.answers.open === 0 && this.intake.unread === 0;
  }

  /** Whatever is unread now is the beginning of a message; of a new one if others were read. */
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

  private goOn(): void {
    this.resume();
    this.endSoon();
  }

  /** Reads on once half of the open requests are answered: not one message at a time. */
  private resume(): void {
    const { open, blockedSince } = this.answers;
    if (!this.isPaused || blockedSince !== undefined || open > this.around.limits.maxOpen / 2) return;
    this.isPaused = false;
    this.read(this.intake.view());
    if (!this.isPaused) this.socket.resume();
  }

  private unblock(): void {
    this.answers.unblock();
    this.goOn();
  }

  private giveUp(): void {
    this.tell('warn', 'net.unread', { open: this.answers.open });
    this.destroy();
  }

  /** The protocol's refusal, behind all answers; nothing is heard after it. */
  private refuse(why: string): void {
    this.around.traffic.broken += 1;
    this.tell('warn', 'net.broken', { why });
    this.state = 'closing';
    this.partialSince = undefined;
    this.answers.say(this.around.protocol.broken(why));
    this.answers.flush();
  }

  /** In a drain, what has arrived but is not read yet is answered too: one more poll reads it. */
  private endSoon(): void {
    if (this.isDraining && this.state === 'open') afterNextPoll(() => this.guard(() => this.endIfDone()));
    else this.endIfDone();
  }

  private isLeaving(): boolean {
    const { protocol, limits } = this.around;
    return (
      this.isDraining && (protocol.farewell === undefined || this.isOver(this.heardAt, limits.farewellTime))
    );
  }

  private endIfDone(): void {
    const isLast = this.state === 'closing' || (this.isQuiet() && (this.isLeaving() || this.isPeerDone));
    if (!isLast || this.answers.open > 0) return;
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
