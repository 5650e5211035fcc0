/** migrate-run — the steps of a migration on one connection: a file, the views, the lock.
 *
 * limits   a statement waits LOCK_TIMEOUT for its locks and then fails, rather than that every
 *          lookup queues behind it; run it again */

import pg from 'pg';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { connect, farewell } from './connect.ts';
import { CHANGES } from './listen.ts';
import type { MigrationFile, SqlFiles } from './migrate-files.ts';
import {
  createLedger,
  forgetMigration,
  type Ledger,
  readLedger,
  recordMigration,
  recordViews,
  shareLedger,
  viewsAreNewer,
  viewsDiffer,
} from './migrate-ledger.ts';

const LOCK_TIMEOUT = '10s';
/** `dovetail` in hexadecimal digits of its letters' codes, cut to a bigint; any constant would do. */
const ADVISORY_LOCK = '7237954726532082028';

/** duplicate_column: what `add column if not exists` says of a ledger that has it. No news. */
const ALREADY_THERE = '42701';

export interface MigrateOptions {
  readonly url: string;
  /** The folder with migrations/ and views/; this package's own by default. */
  readonly folder?: string;
  readonly log?: Log;
  /** Called after each step, and once with `waiting` if another node is at work. */
  readonly onProgress?: (step: MigrationStep) => void;
}

export type MigrationStep =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'notice'; readonly text: string }
  | {
      readonly kind: 'applied' | 'undone';
      readonly name: string;
      readonly duration: number;
      readonly left: number;
    }
  | { readonly kind: 'views'; readonly count: number };

export async function applyMigration(client: pg.Client, file: MigrationFile): Promise<number> {
  const started = systemClock.now();
  await inTransaction(client, async () => {
    await createLedger(client);
    await runFile(client, file.name, file.sql);
    await recordMigration(client, file, systemClock.now() - started);
  });
  return systemClock.now() - started;
}

export async function undoMigration(client: pg.Client, file: MigrationFile): Promise<number> {
  const started = systemClock.now();
  await inTransaction(client, async () => {
    await runFile(client, `undo/${file.name}`, file.undo);
    await forgetMigration(client, file.number);
  });
  return systemClock.now() - started;
}

export async function rebuildViews(
  client: pg.Client,
  files: SqlFiles,
  options: MigrateOptions,
): Promise<boolean> {
  const ledger = await readLedger(client);
  if (viewsAreNewer(ledger, files) || !viewsDiffer(ledger, files)) return false;
  await inTransaction(client, async () => {
    await dropViews(client, ledger);
    for (const { name, sql } of files.views) await runFile(client, `views/${name}`, sql);
    await recordViews(client, files);
    await shareLedger(client);
  });
  report(options, { kind: 'views', count: files.views.length });
  return true;
}

/** Those that this ledger knows, each before what it is built on. A view of somebody else that
 * is built on one of them stops it: nothing of his is dropped. */
export async function dropViews(client: pg.Client, ledger: Ledger): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `with recursive depth as (
       select c.oid, c.relname as name, 0 as depth
       from pg_class as c
       where c.relnamespace = to_regnamespace('unified')
         and c.relkind = 'v'
         and c.relname = any($1)
       union
       select c.oid, c.relname, depth.depth + 1
       from depth
       join pg_depend as d on d.refobjid = depth.oid and d.classid = 'pg_rewrite'::regclass
       join pg_rewrite as r on r.oid = d.objid
       join pg_class as c on c.oid = r.ev_class and c.oid <> depth.oid
       where c.relname = any($1)
     )
     select name
     from depth
     group by name
     order by max(depth) desc, name`,
    [[...ledger.views.keys()]],
  );
  for (const { name } of rows) await client.query(`drop view unified.${pg.escapeIdentifier(name)}`);
  await client.query('delete from dovetail.views');
}

async function runFile(client: pg.Client, name: string, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    const line = lineOf(sql, error);
    throw new Error(`${name}.sql${line} failed: ${reasonOf(error)}; nothing of it was kept`, {
      cause: error,
    });
  }
}

/** ` line 12`, where PostgreSQL says at which character it stumbled. */
function lineOf(sql: string, error: unknown): string {
  const position = Number(error instanceof pg.DatabaseError ? error.position : Number.NaN);
  return position > 0 ? ` line ${[...sql].slice(0, position).filter((c) => c === '\n').length + 1}` : '';
}

export async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await client.query(
      `set local lock_timeout = '${LOCK_TIMEOUT}'; set local search_path = pg_catalog, pg_temp`,
    );
    await work();
    // Every daemon looks at the schema again (schema-guard.ts); sent only if this commits.
    await client.query(`notify ${CHANGES}, '*'`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Held by the session: it ends with the connection, whatever happens to this process. */
export async function withLock<T>(
  client: pg.Client,
  options: MigrateOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await client.query<{ got: boolean }>(
    `select pg_try_advisory_lock(${ADVISORY_LOCK}) as got`,
  );
  if (!rows[0]?.got) {
    report(options, { kind: 'waiting' });
    await client.query(`select pg_advisory_lock(${ADVISORY_LOCK})`);
  }
  return work();
}

export async function withClient<T>(
  options: MigrateOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect({ url: options.url, application: 'dovetail migrate' });
  client.on('notice', ({ message, code }) => {
    if (message && code !== ALREADY_THERE) report(options, { kind: 'notice', text: message });
  });
  try {
    return await work(client);
  } finally {
    await farewell(client);
  }
}

export function report({ log, onProgress }: MigrateOptions, step: MigrationStep): void {
  onProgress?.(step);
  log?.info(`migrate.${step.kind}`, { ...step, kind: undefined });
}
