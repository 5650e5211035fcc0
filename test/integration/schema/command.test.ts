import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
});
afterEach(() => database.close());

async function dovetail(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url } });
  const code = await run(args, world, commands, '0.0.0');
  return { code, ...words };
}

test('status, up, verify, down: each says what it did, and where the schema stands', async () => {
  expect(await dovetail('migrate', 'status')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/001_create_schema +missing/u),
  });
  expect(await dovetail('migrate', 'up')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ migrations applied, views made anew\n$/u),
  });
  expect(await dovetail('migrate', 'up')).toMatchObject({ code: 0, stdout: 'nothing to apply\n' });
  expect(await dovetail('migrate', 'status')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/001_create_schema +applied/u),
  });
  expect(await dovetail('migrate', 'verify')).toMatchObject({
    code: 0,
    stdout: 'what is applied is what the files say\n',
  });
  expect(await dovetail('migrate', 'down')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 migration undone/u),
  });
  expect(await dovetail('migrate', 'down', '--to', '0')).toMatchObject({ code: 0 });
  expect(await dovetail('migrate', 'down')).toMatchObject({ code: 0, stdout: 'nothing to undo\n' });
});

test('machines read JSON', async () => {
  const { stdout } = await dovetail('migrate', 'up', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    applied: expect.arrayContaining(['002_create_users']),
    views_rebuilt: true,
  });
  expect(JSON.parse((await dovetail('migrate', 'status', '--json')).stdout)).toMatchObject({
    applied: expect.arrayContaining([
      expect.objectContaining({ name: '002_create_users', applied_at: expect.stringMatching(/Z$/u) }),
    ]),
    missing: [],
    views_differ: false,
  });
});

test('a changed file is told in one line, exit 1', async () => {
  await dovetail('migrate', 'up');
  await withClient(database.url, (client) =>
    client.query(`update dovetail.migrations set checksum = 'x' where number = 2`),
  );
  expect(await dovetail('migrate', 'verify')).toMatchObject({
    code: 1,
    stdout: '002_create_users was changed after it had been applied\n',
  });
  const { code, stderr } = await dovetail('migrate', 'up');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^dovetail: cannot migrate: .*002_create_users was changed.*\n$/u);
});

test('a number that is none is wrong usage', async () => {
  expect(await dovetail('migrate', 'down', '--to', 'x')).toMatchObject({ code: 2 });
});
