/* What can be said of the SQL files without a server. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { readSqlFiles, sqlFolder } from '../../../src/database/migrate-files.ts';

beforeAll(() => loadModule());

test("every file is PostgreSQL's grammar", async () => {
  const { migrations, views } = await readSqlFiles();
  expect(migrations.length + views.length).toBeGreaterThan(60);
  for (const { name, sql, ...file } of [...migrations, ...views]) {
    expect(() => parseSync(sql), name).not.toThrow();
    if ('undo' in file) expect(() => parseSync(file.undo), `undo/${name}`).not.toThrow();
  }
});

// Rules for changing tables that hold rows already. Up to 044 every table is new and empty.
const NEW_TABLES = [
  'require-concurrent-index-creation',
  'constraint-missing-not-valid',
  'adding-foreign-key-constraint',
  'require-concurrent-index-deletion',
  'ban-drop-table',
  // The runner sets lock_timeout, and runs each file in a transaction of its own.
  'require-timeout-settings',
  'prefer-robust-stmts',
  // Ports, seconds and counters: nothing that runs out.
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
];

test('squawk finds nothing that harms a live system', async () => {
  const { migrations } = await readSqlFiles();
  const files = migrations.map(({ name }) => join(sqlFolder(), 'migrations', `${name}.sql`));
  const squawk = new URL('../../../node_modules/.bin/squawk', import.meta.url).pathname;
  const { stdout, stderr, status } = spawnSync(
    squawk,
    [
      '--pg-version=15.0',
      '--reporter=gcc',
      '--assume-in-transaction',
      `--exclude=${NEW_TABLES.join(',')}`,
      ...files,
    ],
    { encoding: 'utf8' },
  );
  expect(status, stdout + stderr).toBe(0);
});
