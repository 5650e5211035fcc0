/** pipeline — read-only queries on one connection, sent without waiting for one another.
 *
 * The connection is made with the first query and replaced when it fails: at once, and if that
 * fails again and again with pauses of at most half a second. While no connection can be had a
 * query fails at once with the last reason; it waits only while the first attempt is under way.
 *
 * A query that meets a lost connection or a plan of yesterday (0A000, 26000) is asked once more
 * on a fresh connection: it only reads.
 *
 * limits   `deadline` for each query, then the connection is replaced, for what is behind a
 *          stuck answer is stuck too; `maxInFlight` queries, then `overloaded` */

import type pg from 'pg';
import type { Clock, Milliseconds } from '../base/clock.ts';
import { seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { destroy, farewell, isBroken, isStalePlan } from './connect.ts';
import type { Statement } from './statement.ts';

export interface Pipeline {
  rows<R>(statement: Statement, parameters: readonly unknown[]): Promise<R[]>;
  /** Lets open queries finish, for a second at most. */
  close(): Promise<void>;
}

export interface PipelineOptions {
  /** A client in pipeline mode. */
  readonly connect: () => Promise<pg.Client>;
  readonly log: Log;
  readonly clock: Clock;
  readonly deadline?: Milliseconds;
  readonly maxInFlight?: number;
}

const PAUSES: readonly Milliseconds[] = [0, 50, 100, 200, 400, 500];
/** Connections that live shorter, several in a row, are failures: else a server that hangs up on
 * us again and again would be called without a pause. */
const YOUNG = seconds(1);
const MAX_YOUNG = 3;

interface Question {
  readonly statement: Statement;
  readonly parameters: readonly unknown[];
  expired: boolean;
  /** The connection it was sent on last. */
  on: pg.Client | undefined;
}

export function createPipeline({
  connect,
  log,
  clock,
  deadline = seconds(2),
  maxInFlight = 1000,
}: PipelineOptions): Pipeline {
  let client: pg.Client | undefined;
  let connecting: Promise<void> | undefined;
  let connectedAt = 0;
  let diedYoung = 0;
  let failures = 0;
  let why = '';
  let retry: NodeJS.Timeout | undefined;
  let inFlight = 0;
  let closed = false;

  async function rows<R>(statement: Statement, parameters: readonly unknown[]): Promise<R[]> {
    if (closed) throw new Error(`query ${statement.name} after close`);
    if (inFlight >= maxInFlight) throw new Error(`overloaded: ${inFlight} queries wait for the database`);
    const question: Question = { statement, parameters, expired: false, on: undefined };
    inFlight += 1;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(expire(question)), deadline);
    });
    try {
      return (await Promise.race([ask(question), late])) as R[];
    } finally {
      clearTimeout(timer);
      inFlight -= 1;
    }
  }

  function expire(question: Question): Error {
    question.expired = true;
    const reason = `no answer from the database within ${deadline} ms`;
    if (question.on) {
      destroy(question.on);
      lost(question.on, reason);
    }
    return new Error(reason);
  }

  async function ask(question: Question): Promise<unknown[]> {
    for (let again = false; ; again = true) {
      const on = client ?? (await connected());
      if (question.expired) return []; // nobody waits for it any more
      question.on = on;
      try {
        return await send(on, question);
      } catch (error) {
        const stale = isStalePlan(error);
        if (stale) replace(on);
        else if (isBroken(error)) lost(on, reasonOf(error));
        else throw error;
        if (again || question.expired || closed) throw error;
      }
    }
  }

  const send = async (on: pg.Client, { statement, parameters }: Question): Promise<unknown[]> =>
    (await on.query<Record<string, unknown>>({ ...statement, values: [...parameters] })).rows;

  async function connected(): Promise<pg.Client> {
    if (failures === 0) await (connecting ?? open());
    if (!client) throw new Error(`the database is away: ${why}`);
    return client;
  }

  /** Resolves when the attempt is over, however it went. */
  function open(): Promise<void> {
    connecting = connect().then(opened, failed);
    return connecting;
  }

  function opened(fresh: pg.Client): void {
    connecting = undefined;
    if (closed) {
      destroy(fresh);
      return;
    }
    client = fresh;
    connectedAt = clock.now();
    if (failures > 0) log.info('database.back', { attempts: failures + 1 });
    failures = 0;
    fresh.once('error', (error) => lost(fresh, reasonOf(error)));
    fresh.once('end', () => lost(fresh, 'the connection ended'));
  }

  function failed(error: unknown): void {
    connecting = undefined;
    if (closed) return;
    why = reasonOf(error);
    if (failures === 0) log.warn('database.away', { why });
    failures += 1;
    retryLater();
  }

  function retryLater(): void {
    retry = setTimeout(() => void open(), PAUSES[Math.min(failures, PAUSES.length - 1)]);
    retry.unref();
  }

  /** Takes `gone` out of use, if it still is in use, and begins to look for another one. */
  function lost(gone: pg.Client, reason: string): void {
    if (client !== gone) return;
    client = undefined;
    if (closed) return;
    log.warn('database.lost', { why: reason });
    diedYoung = clock.now() - connectedAt < YOUNG ? diedYoung + 1 : 0;
    if (diedYoung < MAX_YOUNG) void open();
    else failed(new Error(reason));
  }

  /** The statements that are under way on the old connection still get their answers. */
  function replace(old: pg.Client): void {
    if (client !== old) return;
    client = undefined;
    log.info('database.plans-changed');
    old.end().catch(() => undefined);
    void open();
  }

  async function close(): Promise<void> {
    closed = true;
    clearTimeout(retry);
    await connecting;
    if (client) await farewell(client);
  }

  return { rows, close };
}
