/** transactions — work that changes something, on at most a few connections, opened when needed.
 *
 * Work beyond that waits for its turn. A connection that was idle is closed after a while.
 * Errors of PostgreSQL reach the caller as `pg` made them (`code`, `constraint`). */

import type pg from 'pg';
import { type Milliseconds, seconds } from '../base/clock.ts';
import { destroy, farewell, isBroken } from './connect.ts';

/** SQL on one transaction's connection. */
export interface Sql {
  rows<R>(text: string, parameters?: readonly unknown[]): Promise<R[]>;
}

export interface Transactions {
  /** Commits when `work` resolves, rolls back when it rejects, and rejects with the same. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface TransactionsOptions {
  readonly connect: () => Promise<pg.Client>;
  readonly max?: number;
  readonly idleFor?: Milliseconds;
}

export function createTransactions({
  connect,
  max = 2,
  idleFor = seconds(30),
}: TransactionsOptions): Transactions {
  const idle = new Map<pg.Client, NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let closed = false;

  async function transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (closed) throw new Error('transaction after close');
    if (busy >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await onClient(work);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  }

  async function onClient<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await begun();
    let intact = false;
    try {
      const result = await work(sqlOn(client));
      await commit(client);
      intact = true;
      return result;
    } catch (error) {
      intact = await rolledBack(client);
      throw error;
    } finally {
      if (intact && !closed) keep(client);
      else destroy(client);
    }
  }

  /** A connection may have died while it was idle: nothing is lost, so take another. */
  async function begun(): Promise<pg.Client> {
    for (;;) {
      const [used] = idle.keys();
      if (used) clearIdle(used);
      const client = used ?? (await fresh());
      try {
        await client.query('begin');
        return client;
      } catch (error) {
        destroy(client);
        if (!used || !isBroken(error)) throw error;
      }
    }
  }

  async function fresh(): Promise<pg.Client> {
    const client = await connect();
    client.once('end', () => clearIdle(client));
    return client;
  }

  function clearIdle(client: pg.Client): void {
    clearTimeout(idle.get(client));
    idle.delete(client);
  }

  function keep(client: pg.Client): void {
    const timer = setTimeout(() => {
      clearIdle(client);
      void farewell(client);
    }, idleFor);
    timer.unref();
    idle.set(client, timer);
  }

  async function close(): Promise<void> {
    closed = true;
    const clients = [...idle.keys()];
    clients.forEach(clearIdle);
    await Promise.all(clients.map(farewell));
  }

  return { transaction, close };
}

const sqlOn = (client: pg.Client): Sql => ({
  rows: async <R>(text: string, parameters: readonly unknown[] = []) =>
    (await client.query<Record<string, unknown>>(text, [...parameters])).rows as R[],
});

/** After a failed statement that `work` did not pass on, PostgreSQL answers `commit` with ROLLBACK. */
async function commit(client: pg.Client): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
}

const rolledBack = (client: pg.Client): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  );
