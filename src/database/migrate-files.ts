/** migrate-files — the SQL files of this build: numbered migrations, their undoing, the views.
 *
 * layout   sql/migrations/NNN_name.sql, sql/migrations/undo/NNN_name.sql, sql/views/name.sql, and
 *          beside sql/ the package.json, whose version is that of the views
 * header   `-- word: text` lines before the first other line; `breaking: yes` is read here,
 *          `needs: other_view, other_view` of a view gives the order */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface MigrationFile {
  readonly number: number;
  /** `002_create_users` */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string;
  /** Older daemons stop when they meet it. */
  readonly breaking: boolean;
  readonly undo: string;
}

export interface ViewFile {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
  readonly needs: readonly string[];
}

export interface SqlFiles {
  /** In the order of their numbers. */
  readonly migrations: readonly MigrationFile[];
  /** Each after what it needs. */
  readonly views: readonly ViewFile[];
  /** Of the dovetail that they belong to: `1.2.0`. Of two builds the later one's views stay. */
  readonly version: string;
}

/** All SQL files below `folder`, the `sql` of this package by default. Rejects when the files
 * contradict one another: two of a number, one that cannot be undone, views in a circle. */
export async function readSqlFiles(folder: string = sqlFolder()): Promise<SqlFiles> {
  const [migrations, views, version] = await Promise.all([
    readMigrations(join(folder, 'migrations')),
    readViews(join(folder, 'views')),
    readVersion(dirname(folder)),
  ]);
  return { migrations, views, version };
}

/** A folder without a package of its own is of this one. */
async function readVersion(folder: string): Promise<string> {
  const file = join(folder, 'package.json');
  const text = await readFile(existsSync(file) ? file : join(dirname(sqlFolder()), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** From src/ and from the bundle in dist/ alike. */
export function sqlFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) || !existsSync(join(folder, 'sql'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('the folder with dovetail’s SQL files was not found');
    folder = above;
  }
  return join(folder, 'sql');
}

async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = await sqlNames(folder);
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  migrations.sort((a, b) => a.number - b.number);
  for (const [at, { number, name }] of migrations.entries()) {
    if (migrations[at + 1]?.number === number) throw new Error(`two migrations have the number of ${name}`);
  }
  return migrations;
}

async function readMigration(folder: string, name: string): Promise<MigrationFile> {
  const number = Number(/^(\d{3,})_[a-z0-9_]+$/u.exec(name)?.[1] ?? Number.NaN);
  if (!(number > 0)) throw new Error(`${name}.sql: a migration is named NNN_what_it_does.sql`);
  const [sql, undo] = await Promise.all([
    readFile(join(folder, `${name}.sql`), 'utf8'),
    readFile(join(folder, 'undo', `${name}.sql`), 'utf8'),
  ]);
  return {
    number,
    name,
    sql,
    undo,
    checksum: checksumOf(sql),
    breaking: header(sql, 'breaking').startsWith('yes'),
  };
}

async function readViews(folder: string): Promise<ViewFile[]> {
  const views = await Promise.all(
    (await sqlNames(folder)).map(async (name) => {
      const sql = await readFile(join(folder, `${name}.sql`), 'utf8');
      const needs = header(sql, 'needs')
        .split(',')
        .map((need) => need.trim());
      return { name, sql, checksum: checksumOf(sql), needs: needs.filter((need) => need !== '') };
    }),
  );
  return inOrder(views);
}

const sqlNames = async (folder: string): Promise<string[]> =>
  (await readdir(folder))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -4))
    .sort();

const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The text of `-- word: text` in the comment at the top, or nothing. */
function header(sql: string, word: string): string {
  const top = /^(?:--.*\n|\s*\n)*/u.exec(sql)?.[0] ?? '';
  return new RegExp(`^-- ${word}:\\s*(.*)$`, 'mu').exec(top)?.[1] ?? '';
}

/** Each view after those that it needs; else by name, so that the order is always the same. */
function inOrder(views: readonly ViewFile[]): ViewFile[] {
  const ordered: ViewFile[] = [];
  const done = new Set<string>();
  while (ordered.length < views.length) {
    const next = views.find(({ name, needs }) => !done.has(name) && needs.every((need) => done.has(need)));
    if (!next) {
      const stuck = views.filter(({ name }) => !done.has(name)).map(({ name }) => name);
      throw new Error(`these views need one another, or a view that is not there: ${stuck.join(', ')}`);
    }
    ordered.push(next);
    done.add(next.name);
  }
  return ordered;
}
