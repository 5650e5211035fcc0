/** migrate-ledger — what has been applied to this database: the schema `dovetail`.
 *
 * The ledger is made with the first migration and goes with the last. `dovetail_daemon` and
 * `dovetail_admin` may read it: the daemon and the commands ask whether they fit the schema. */

import type { Client } from 'pg';
import { compareVersions } from '../base/version.ts';
import type { MigrationFile, SqlFiles } from './migrate-files.ts';

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly breaking: boolean;
  readonly appliedAt: Date;
  /** Milliseconds that it took. */
  readonly duration: number;
}

export interface Ledger {
  readonly migrations: readonly AppliedMigration[];
  /** Name and checksum of each service view that is there. */
  readonly views: ReadonlyMap<string, string>;
  /** Of the dovetail that made the views; undefined where none are, or nobody said. */
  readonly viewsVersion: string | undefined;
}

const EMPTY: Ledger = { migrations: [], views: new Map(), viewsVersion: undefined };

export async function readLedger(client: Client): Promise<Ledger> {
  if (!(await ledgerExists(client))) return EMPTY;
  const migrations = await client.query<AppliedMigration>(`
    select number, name, checksum, breaking, applied_at as "appliedAt", duration_ms as duration
    from dovetail.migrations
    order by number`);
  // A ledger that an older dovetail made has no such column, and who only reads it cannot add one.
  const views = await client.query<{ name: string; checksum: string; version: string | null }>(`
    select name, checksum, to_jsonb(v) ->> 'version' as version
    from dovetail.views as v`);
  return {
    migrations: migrations.rows,
    views: new Map(views.rows.map(({ name, checksum }) => [name, checksum])),
    viewsVersion: views.rows[0]?.version ?? undefined,
  };
}

async function ledgerExists(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regclass('dovetail.migrations') is not null as found`,
  );
  return rows[0]?.found === true;
}

/** Does nothing where it is there. */
export async function createLedger(client: Client): Promise<void> {
  if (await ledgerExists(client)) return;
  await client.query(`
    create schema if not exists dovetail;
    comment on schema dovetail is 'dovetail''s own bookkeeping: which migrations are applied.';
    create table dovetail.migrations (
      number integer constraint migrations_pkey primary key,
      name text not null,
      checksum text not null,
      breaking boolean not null,
      applied_at timestamptz not null default now(),
      duration_ms integer not null
    );
    create table dovetail.views (
      name text constraint views_pkey primary key,
      checksum text not null,
      applied_at timestamptz not null default now(),
      version text
    )`);
}

/** Lets those read the ledger who ask it, where these roles exist. */
export async function shareLedger(client: Client): Promise<void> {
  await client.query(`
    do $$
    declare
      reader text;
    begin
      for reader in select rolname from pg_roles where rolname in ('dovetail_daemon', 'dovetail_admin') loop
        execute format('grant usage on schema dovetail to %I', reader);
        execute format('grant select on all tables in schema dovetail to %I', reader);
      end loop;
      -- An older dovetail let it.
      if exists (select from pg_roles where rolname = 'dovetail_lookup') then
        revoke all on all tables in schema dovetail from dovetail_lookup;
        revoke all on schema dovetail from dovetail_lookup;
      end if;
    end
    $$`);
}

export const dropLedger = (client: Client): Promise<unknown> =>
  client.query('drop schema if exists dovetail cascade');

export const recordMigration = (client: Client, file: MigrationFile, duration: number): Promise<unknown> =>
  client.query(
    'insert into dovetail.migrations (number, name, checksum, breaking, duration_ms) values ($1, $2, $3, $4, $5)',
    [file.number, file.name, file.checksum, file.breaking, Math.round(duration)],
  );

export const forgetMigration = (client: Client, number: number): Promise<unknown> =>
  client.query('delete from dovetail.migrations where number = $1', [number]);

export async function recordViews(client: Client, { views, version }: SqlFiles): Promise<void> {
  await client.query('alter table dovetail.views add column if not exists version text');
  await client.query('delete from dovetail.views');
  await client.query(
    'insert into dovetail.views (name, checksum, version) select *, $3 from unnest($1::text[], $2::text[])',
    [views.map(({ name }) => name), views.map(({ checksum }) => checksum), version],
  );
}

/** Why the files and the ledger contradict each other, a sentence each; empty when they do not.
 * What a newer build applied is no contradiction: it comes after all that this build knows. */
export function contradictions(ledger: Ledger, files: SqlFiles): string[] {
  const known = new Map(files.migrations.map((file) => [file.number, file]));
  const newest = files.migrations.at(-1)?.number ?? 0;
  const applied = new Set(ledger.migrations.map(({ number }) => number));
  const last = ledger.migrations.at(-1)?.number ?? 0;
  const problems = ledger.migrations.flatMap(({ number, name, checksum }) => {
    const file = known.get(number);
    if (!file) return number > newest ? [] : [`${name} is applied, but its file is missing`];
    if (file.name !== name) return [`${name} is applied, but its number now belongs to ${file.name}`];
    if (file.checksum !== checksum) return [`${name} was changed after it had been applied`];
    return [];
  });
  const skipped = files.migrations.filter(({ number }) => number < last && !applied.has(number));
  return [...problems, ...skipped.map(({ name }) => `${name} is not applied, though later ones are`)];
}

/** What a newer build has applied and this one does not know. */
export function unknownTo(files: SqlFiles, ledger: Ledger): AppliedMigration[] {
  const newest = files.migrations.at(-1)?.number ?? 0;
  return ledger.migrations.filter(({ number }) => number > newest);
}

export function missingFrom(ledger: Ledger, files: SqlFiles): MigrationFile[] {
  const applied = new Set(ledger.migrations.map(({ number }) => number));
  return files.migrations.filter(({ number }) => !applied.has(number));
}

/** The version whose views are there, where that is later than this build's. */
export const newerViews = ({ viewsVersion }: Ledger, { version }: SqlFiles): string | undefined =>
  viewsVersion !== undefined && compareVersions(viewsVersion, version) > 0 ? viewsVersion : undefined;

/** Whether the views are a newer build's own: other texts, other names, the same promises. */
export const viewsAreNewer = (ledger: Ledger, files: SqlFiles): boolean =>
  unknownTo(files, ledger).length > 0 || newerViews(ledger, files) !== undefined;

/** Whether a view's text is not the one that is there, or one is there that has no file. */
export const viewsDiffer = (ledger: Ledger, { views }: SqlFiles): boolean =>
  ledger.views.size !== views.length ||
  views.some(({ name, checksum }) => ledger.views.get(name) !== checksum);
