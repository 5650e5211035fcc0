/** connection — the database of a process: lookups on one connection, changes on two others at most.
 *
 * With the listening connection of listen.ts a daemon needs four, however many clients it has. */

import type { Clock, Milliseconds } from '../base/clock.ts';
import { seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { connect } from './connect.ts';
import { createPipeline } from './pipeline.ts';
import type { Statement } from './statement.ts';
import { createTransactions, type Sql } from './transactions.ts';

export type { Sql } from './transactions.ts';

export interface Database {
  /** Rejects when the database did not answer: see pipeline.ts. Reads only. */
  rows<R>(statement: Statement, parameters: readonly unknown[]): Promise<R[]>;
  /** Commits when `work` resolves, rolls back when it rejects: see transactions.ts. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Several hosts are allowed: see hosts.ts. */
  readonly url: string;
  readonly log: Log;
  readonly clock: Clock;
  /** How long a lookup may wait for its answer. */
  readonly queryDeadline?: Milliseconds;
  /** How long a statement of a transaction may take. */
  readonly statementTimeout?: Milliseconds;
}

/** Connects with the first use, not before. */
export function createDatabase({
  url,
  log,
  clock,
  queryDeadline = seconds(2),
  statementTimeout = seconds(60),
}: DatabaseOptions): Database {
  const lookups = createPipeline({
    connect: () =>
      connect({
        url,
        application: 'dovetail lookups',
        pipeline: true,
        connectTimeout: queryDeadline,
        // Later than our own deadline: it only ends what nobody waits for any more.
        statementTimeout: queryDeadline + seconds(1),
      }),
    log,
    clock,
    deadline: queryDeadline,
  });
  const changes = createTransactions({
    connect: () => connect({ url, application: 'dovetail changes', statementTimeout }),
  });
  return {
    rows: lookups.rows,
    transaction: changes.transaction,
    async close() {
      await Promise.all([lookups.close(), changes.close()]);
    },
  };
}
