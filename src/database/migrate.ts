/** migrate — brings the schema up, takes it down, and says where it stands.
 *
 * Each migration is one transaction with its entry in the ledger: it is there whole or not at
 * all. The service views follow, all in one transaction, whenever a text changed; those of a later
 * version stay, so that of two nodes the older one never puts its own back. Whoever migrates holds an advisory lock; a second node waits and finds the work done.
 *
 * bugs     needs a session of its own: not through a pooler in transaction mode */

import type { Client } from 'pg';
import { type Milliseconds, seconds } from '../base/clock.ts';
import { answersWithin } from './connect.ts';
import { readSqlFiles, type SqlFiles } from './migrate-files.ts';
import {
  type AppliedMigration,
  contradictions,
  dropLedger,
  type Ledger,
  missingFrom,
  newerViews,
  readLedger,
  unknownTo,
  viewsAreNewer,
  viewsDiffer,
} from './migrate-ledger.ts';
import {
  applyMigration,
  dropViews,
  inTransaction,
  type MigrateOptions,
  rebuildViews,
  report,
  undoMigration,
  withClient,
  withLock,
} from './migrate-run.ts';

export type { AppliedMigration } from './migrate-ledger.ts';
export type { MigrateOptions, MigrationStep } from './migrate-run.ts';

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
  /** The version whose views are there, where that is newer than this one. */
  readonly newerViews: string | undefined;
}

export type Compatibility =
  | { readonly kind: 'ok' }
  /** Files that are not applied, and whether views differ. */
  | { readonly kind: 'behind'; readonly missing: readonly string[]; readonly viewsDiffer: boolean }
  /** A newer dovetail was here, and says that this one may go on: its migrations, and the version
   * of its views where only they are newer. */
  | { readonly kind: 'newer'; readonly unknown: readonly string[]; readonly views?: string }
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
      const viewsRebuilt = await rebuildViews(client, files, options);
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
    viewsDiffer: !viewsAreNewer(ledger, files) && viewsDiffer(ledger, files),
    newerViews: newerViews(ledger, files),
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

/** How long the ledger, two small tables, may take to be read. */
const LEDGER_DEADLINE = seconds(2);

/** Whether this build may serve from this database. Rejects when the database cannot be asked, or
 * does not answer within the deadline. */
export async function checkCompatible({
  deadline = LEDGER_DEADLINE,
  ...options
}: MigrateOptions & { readonly deadline?: Milliseconds }): Promise<Compatibility> {
  const files = await readSqlFiles(options.folder);
  const ledger = await withClient(options, (client) =>
    answersWithin(client, deadline, () => readLedger(client)),
  );
  const unknown = unknownTo(files, ledger);
  const names = unknown.map(({ name }) => name);
  if (unknown.some(({ breaking }) => breaking)) return { kind: 'breaking', unknown: names };
  const missing = missingFrom(ledger, files).map(({ name }) => name);
  if (missing.length === 0 && viewsAreNewer(ledger, files)) {
    const views = newerViews(ledger, files);
    return { kind: 'newer', unknown: names, ...(views !== undefined && { views }) };
  }
  const differ = viewsDiffer(ledger, files);
  return missing.length > 0 || differ ? { kind: 'behind', missing, viewsDiffer: differ } : { kind: 'ok' };
}

const NOTHING_DONE: MigrationResult = { applied: [], undone: [], viewsRebuilt: false };

const isUpToDate = (ledger: Ledger, files: SqlFiles): boolean =>
  missingFrom(ledger, files).length === 0 && (viewsAreNewer(ledger, files) || !viewsDiffer(ledger, files));

async function readChecked(client: Client, files: SqlFiles): Promise<Ledger> {
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
