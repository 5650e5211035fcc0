/** migrate — brings the schema up, takes it down, and says where it stands.
 *
 * Each migration is one transaction with its entry in the ledger: it is there whole or not at
 * all. The service views follow, all in one transaction, whenever a text changed. Whoever
 * migrates holds an advisory lock; a second node waits and finds the work done.
 *
 * limits   a statement waits LOCK_TIMEOUT for its locks and then fails, rather than that every
 *          lookup queues behind it; run it again
 * bugs     needs a session of its own: not through a pooler in transaction mode */

import pg from 'pg';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { CHANGES } from './listen.ts';
import { type MigrationFile, readSqlFiles, type SqlFiles, type ViewFile } from './migrate-files.ts';
import {
  type AppliedMigration,
  contradictions,
  createLedger,
  dropLedger,
  forgetMigration,
  type Ledger,
  missingFrom,
  readLedger,
  recordMigration,
  recordViews,
  shareLedger,
  unknownTo,
  viewsDiffer,
} from './migrate-ledger.ts';

export type { AppliedMigration } from './migrate-ledger.ts';

const LOCK_TIMEOUT = '10s';
/** `dovetail` in hexadecimal digits of its letters' codes, cut to a bigint; any constant would do. */
const ADVISORY_LOCK = '7237954726532082028';

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

/** What was done, in order; all empty when there was nothing to do. */
export interface MigrationResult {
  readonly applied: readonly string[];
  readonly undone: readonly string[];
  readonly viewsRebuilt: boolean;
}

export interface MigrationState {
  readonly applied: readonly AppliedMigration[];
  readonly missing: readonly string[];
  /** Applied by a newer dovetail. */
  readonly unknown: readonly AppliedMigration[];
  readonly viewsDiffer: boolean;
}

export type Compatibility =
  | { readonly kind: 'ok' }
  /** Files that are not applied, and whether views differ. */
  | { readonly kind: 'behind'; readonly missing: readonly string[]; readonly viewsDiffer: boolean }
  /** A newer dovetail was here, and says that this one may go on. */
  | { readonly kind: 'newer'; readonly unknown: readonly string[] }
  /** A newer dovetail was here, and says that this one must not. */
  | { readonly kind: 'breaking'; readonly unknown: readonly string[] };

/** Applies what is missing and makes the views anew where a text changed. Rejects, with a
 * sentence for people, when files and database contradict each other or a migration fails. */
export async function migrateUp(options: MigrateOptions): Promise<MigrationResult> {
  const files = await readSqlFiles(options.folder);
  return withClient(options, async (client) => {
    if (isUpToDate(await readChecked(client, files), files)) return NOTHING_DONE;
    return withLock(client, options, async () => {
      const ledger = await readChecked(client, files);
      const missing = missingFrom(ledger, files);
      for (const [at, file] of missing.entries()) {
        const duration = await applyMigration(client, file);
        report(options, { kind: 'applied', name: file.name, duration, left: missing.length - at - 1 });
      }
      const viewsRebuilt = await rebuildViews(client, files.views, options);
      return { applied: missing.map(({ name }) => name), undone: [], viewsRebuilt };
    });
  });
}

/** Undoes every migration above `to`, latest first; 0 leaves nothing behind. The service views
 * go first, and come back with the next `migrateUp`. */
export async function migrateDown(
  options: MigrateOptions & { readonly to: number },
): Promise<MigrationResult> {
  const files = await readSqlFiles(options.folder);
  return withClient(options, (client) =>
    withLock(client, options, async () => {
      const ledger = await readChecked(client, files);
      refuseUnknown(unknownTo(files, ledger));
      const applied = new Set(ledger.migrations.map(({ number }) => number));
      const doomed = files.migrations
        .filter(({ number }) => number > options.to && applied.has(number))
        .reverse();
      if (doomed.length > 0) await inTransaction(client, () => dropViews(client, ledger));
      for (const [at, file] of doomed.entries()) {
        const duration = await undoMigration(client, file);
        report(options, { kind: 'undone', name: file.name, duration, left: doomed.length - at - 1 });
      }
      if (doomed.length > 0 && doomed.length === applied.size) await dropLedger(client);
      return { applied: [], undone: doomed.map(({ name }) => name), viewsRebuilt: false };
    }),
  );
}

export async function migrationStatus(options: MigrateOptions): Promise<MigrationState> {
  const files = await readSqlFiles(options.folder);
  const ledger = await withClient(options, readLedger);
  return {
    applied: ledger.migrations,
    missing: missingFrom(ledger, files).map(({ name }) => name),
    unknown: unknownTo(files, ledger),
    viewsDiffer: viewsDiffer(ledger, files.views),
  };
}

/** Whether what is applied is what the files say: `problems` has a sentence for each that is not. */
export async function verifyMigrations(
  options: MigrateOptions,
): Promise<{ readonly problems: readonly string[] }> {
  const files = await readSqlFiles(options.folder);
  const ledger = await withClient(options, readLedger);
  return { problems: contradictions(ledger, files) };
}

/** Whether this build may serve from this database. Rejects when the database cannot be asked. */
export async function checkCompatible(options: MigrateOptions): Promise<Compatibility> {
  const files = await readSqlFiles(options.folder);
  const ledger = await withClient(options, readLedger);
  const unknown = unknownTo(files, ledger);
  const names = unknown.map(({ name }) => name);
  if (unknown.some(({ breaking }) => breaking)) return { kind: 'breaking', unknown: names };
  const missing = missingFrom(ledger, files).map(({ name }) => name);
  // The views of a newer build are its own: other texts, other names, the same promises.
  if (unknown.length > 0 && missing.length === 0) return { kind: 'newer', unknown: names };
  const differ = viewsDiffer(ledger, files.views);
  return missing.length > 0 || differ ? { kind: 'behind', missing, viewsDiffer: differ } : { kind: 'ok' };
}

const NOTHING_DONE: MigrationResult = { applied: [], undone: [], viewsRebuilt: false };

const isUpToDate = (ledger: Ledger, files: SqlFiles): boolean =>
  unknownTo(files, ledger).length > 0
    ? missingFrom(ledger, files).length === 0
    : missingFrom(ledger, files).length === 0 && !viewsDiffer(ledger, files.views);

async function readChecked(client: pg.Client, files: SqlFiles): Promise<Ledger> {
  const ledger = await readLedger(client);
  const problems = contradictions(ledger, files);
  if (problems.length > 0) {
    throw new Error(`the files of sql/migrations are not those of this database: ${problems.join('; ')}`);
  }
  return ledger;
}

function refuseUnknown(unknown: readonly AppliedMigration[]): void {
  if (unknown.length === 0) return;
  const names = unknown.map(({ name }) => name).join(', ');
  throw new Error(`a newer dovetail has applied ${names}; only that one can undo it`);
}

async function applyMigration(client: pg.Client, file: MigrationFile): Promise<number> {
  const started = performance.now();
  await inTransaction(client, async () => {
    await createLedger(client);
    await runFile(client, file.name, file.sql);
    await recordMigration(client, file, performance.now() - started);
  });
  return performance.now() - started;
}

async function undoMigration(client: pg.Client, file: MigrationFile): Promise<number> {
  const started = performance.now();
  await inTransaction(client, async () => {
    await runFile(client, `undo/${file.name}`, file.undo);
    await forgetMigration(client, file.number);
  });
  return performance.now() - started;
}

async function rebuildViews(
  client: pg.Client,
  views: readonly ViewFile[],
  options: MigrateOptions,
): Promise<boolean> {
  const ledger = await readLedger(client);
  if (!viewsDiffer(ledger, views)) return false;
  await inTransaction(client, async () => {
    await dropViews(client, ledger);
    for (const { name, sql } of views) await runFile(client, `views/${name}`, sql);
    await recordViews(client, views);
    await shareLedger(client);
  });
  report(options, { kind: 'views', count: views.length });
  return true;
}

/** Those that this ledger knows, each before what it is built on. A view of somebody else that
 * is built on one of them stops it: nothing of his is dropped. */
async function dropViews(client: pg.Client, ledger: Ledger): Promise<void> {
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

async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
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
async function withLock<T>(client: pg.Client, options: MigrateOptions, work: () => Promise<T>): Promise<T> {
  const { rows } = await client.query<{ got: boolean }>(
    `select pg_try_advisory_lock(${ADVISORY_LOCK}) as got`,
  );
  if (!rows[0]?.got) {
    report(options, { kind: 'waiting' });
    await client.query(`select pg_advisory_lock(${ADVISORY_LOCK})`);
  }
  return work();
}

async function withClient<T>(options: MigrateOptions, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: options.url, application_name: 'dovetail migrate' });
  client.on('error', () => undefined);
  client.on('notice', ({ message }) => message && report(options, { kind: 'notice', text: message }));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function report({ log, onProgress }: MigrateOptions, step: MigrationStep): void {
  onProgress?.(step);
  log?.info(`migrate.${step.kind}`, { ...step, kind: undefined });
}
