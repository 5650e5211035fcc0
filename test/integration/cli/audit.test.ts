/** `dovetail audit`: what an administrator sees of what was done, and how old entries go. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let database: TestDatabase;
const sql = (text: string) => withClient(database.url, async (client) => (await client.query(text)).rows);

beforeAll(async () => {
  database = await createTestDatabase();
  await must('domain add example.org');
  await must('user add alice@example.org --no-password');
  await must('user add bob@example.org --login bob --no-password');
  await must('alias add sales@example.org alice@example.org');
  await must('user remove bob');
  await sql(`insert into unified.audit_log (service, action, user_id, success, ip_address, error_message, created_at)
    select 'imap', 'login', id, false, '192.0.2.7', e'wrong\\x1b[31m password', now() - interval '3 hours'
    from unified.users where email = 'alice@example.org'`);
});
afterAll(() => database?.close());

async function dovetail(line: string, url = database.url) {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: url }, stdin: '' });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  return { code, ...words };
}

async function must(line: string): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line);
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

const actions = async (filter: string): Promise<string[]> =>
  (JSON.parse(await must(`audit list ${filter} --json`.replace('  ', ' '))) as { action: string }[]).map(
    ({ action }) => action,
  );

describe('audit list', () => {
  test.each([
    ['latest first', '--service cli', ['user.remove', 'alias.add', 'user.add', 'user.add', 'domain.add']],
    ['so many', '--limit 1', ['login']],
    ['of a user', '--user alice@example.org', ['login', 'user.add']],
    ['of a user who is gone', '--user BOB@example.org', ['user.remove', 'user.add']],
    ['of a service', '--service imap', ['login']],
    ['of a kind of action', '--action user.*', ['user.remove', 'user.add', 'user.add']],
    ['what failed', '--failed', ['login']],
    ['of the last time', '--since 1h --action login', []],
    ['of a longer time', '--since 1d --action login', ['login']],
  ])('%s', async (_, filter, expected) => {
    expect(await actions(filter)).toEqual(expected);
  });

  test('people see who, what, from where and why not; a stranger’s bytes are escaped', async () => {
    const table = await must('audit list --failed');
    expect(table).toMatch(/^WHEN \(UTC\) +SERVICE +ACTION +OK +ON +USER +BY +FROM +WHY\n/u);
    expect(table).toMatch(
      /imap +login +no +- +alice@example\.org +- +192\.0\.2\.7 +wrong\\x1b\[31m password\n$/u,
    );
  });

  test.each(['--since tomorrow', '--since 2999-01-01', '--limit 0'])('%s is refused', async (option) => {
    const { code, stderr } = await dovetail(`audit list ${option}`);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(/^dovetail: cannot list the audit trail: .+; .+\n$/u);
  });
});

describe('audit prune', () => {
  const old = `select to_char(created_at at time zone 'UTC', 'YYYY-MM') as month from unified.audit_log where service = 'pop3'`;

  beforeAll(async () => {
    await sql(
      `select unified.create_audit_partition((now() - make_interval(months => n))::date) from generate_series(13, 14) n`,
    );
    await sql(`insert into unified.audit_log (service, action, created_at)
      select 'pop3', 'login', now() - make_interval(months => n) from generate_series(11, 15) n`);
  });

  test('says beforehand exactly what it will remove', async () => {
    const before = await sql(old);
    expect(before).toHaveLength(5);
    const dry = JSON.parse(await must('audit prune --older-than 12months --dry-run --json'));
    expect(dry).toMatchObject({ dry_run: true, entries: 3 });
    expect(await sql(old)).toEqual(before);
    expect(await must('audit prune --older-than 1year --dry-run')).toMatch(
      /^MONTH \(UTC\) +ENTRIES +MB\n(?:20\d\d-\d\d +1 .*\n){2}without a month +1 .*\nWould remove 3 entries; nothing was removed\.\n$/u,
    );
    const wet = JSON.parse(await must('audit prune --older-than 12months --json'));
    expect(wet).toEqual({ ...dry, dry_run: false });
    expect(await sql(old)).toHaveLength(2);
    expect(await must('audit prune --older-than 12months')).toBe(
      'Nothing is older: this month and the 12 before it are kept.\n',
    );
  });

  test('leaves an entry of its own', async () => {
    const [entry] = JSON.parse(await must('audit list --action audit.prune --json'));
    expect(entry).toMatchObject({ resource_id: 'older than 12 months', additional_data: { entries: 3 } });
  });

  test.each(['0months', '90d', 'soon', '-3months'])('keeps all when told %s', async (span) => {
    const { code, stderr } = await dovetail(`audit prune --older-than=${span}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/is no number of months; write it as 12months or 2years\n$/u);
  });

  test.each(['', ' --dry-run'])('says so where the owner alone may do it%s', async (option) => {
    const role = `clerk_${randomUUID().slice(0, 8)}`;
    await sql(`create role ${role} login; grant dovetail_admin to ${role}`);
    const url = new URL(database.url);
    url.username = role;
    const { code, stderr } = await dovetail(`audit prune --older-than 1month${option}`, url.href);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'dovetail: cannot prune the audit trail: only the owner of the schema may; use a DATABASE_URL of the owner\n',
    );
    expect((await dovetail('audit list --limit 1 --json', url.href)).code).toBe(0);
    await sql(`drop role ${role}`);
  });
});
