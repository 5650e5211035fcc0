/** The lists in a real database: what the command line writes is live in a daemon, with its owner, and ends with him. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let database: TestDatabase;
let daemon: RunningDaemon;
const BLOCKED = '550 5.7.1 Not accepted here';

const sql = (text: string) => withClient(database.url, (client) => client.query(text));

async function dovetail(line: string) {
  const words = line.split(' ');
  const { world, words: said } = createTestWorld({ env: { DATABASE_URL: database.url }, stdin: '' });
  const code = await run(words, world, commands, '0.0.0');
  return { code, ...said };
}
async function must(line: string): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

const ask = (attributes: Record<string, string>) => {
  const client = policyClient(daemon.policy);
  return client.ask({ recipient: 'alice@example.org', ...attributes }).finally(client.end);
};
const eventually = (attributes: Record<string, string>, action: string) =>
  expect.poll(() => ask(attributes)).toBe(action);

beforeAll(async () => {
  database = await createTestDatabase();
  daemon = await runDaemon(database.url);
});
afterAll(async () => {
  await daemon?.close();
  await database?.close();
});
beforeEach(async () => {
  await sql(`truncate unified.access_entries, unified.mail_domains cascade`);
  await sql(`insert into unified.mail_domains (domain) values ('example.org')`);
  await sql(
    `insert into unified.users (email, username) values ('alice@example.org', 'alice@example.org'), ('bob@example.org', 'bob')`,
  );
});

describe('an entry is live at once, and so is its end:', () => {
  test.each([
    ['a sender', 'sender .spam.example', { sender: 'x@mail.spam.example' }],
    ['a network', 'client 198.51.100.0/24', { sender: 'x@y.example', client_address: '198.51.100.9' }],
    [
      'a recipient of who has logged in',
      'recipient @rival.example',
      { sender: 'bob@example.org', recipient: 'x@rival.example', sasl_username: 'bob' },
    ],
  ])('%s', async (_what, entry, attributes) => {
    expect(await ask(attributes)).toBe('DUNNO');
    await must(`access add block ${entry}`);
    await eventually(attributes, BLOCKED);
    await must(`access remove ${entry}`);
    await eventually(attributes, 'DUNNO');
  });

  test('a user’s own, while he has it, under whatever login name', async () => {
    const attributes = { sender: 'ann@example.net', recipient: 'bob@example.org' };
    await must('access add block sender @example.net');
    await must('access add allow sender ann@example.net --user bob@example.org');
    await eventually({ sender: 'other@example.net' }, BLOCKED);
    await eventually(attributes, 'DUNNO');
    await sql(`update unified.users set username = 'robert' where username = 'bob'`);
    await eventually({ sender: 'other@example.net' }, BLOCKED);
    await eventually(attributes, 'DUNNO');
    await sql(`delete from unified.users where username = 'robert'`);
    const { rows } = await sql('select side from unified.access_entries where user_id is not null');
    expect(rows).toEqual([]);
  });

  test('it ends by itself', async () => {
    await must('access add block sender ann@example.net --domain example.org --expires 1h');
    const attributes = { sender: 'ann@example.net' };
    await eventually(attributes, BLOCKED);
    await sql(`update unified.access_entries set expires_at = now() + interval '200 ms'`);
    await eventually(attributes, 'DUNNO');
  });
});

describe('the command', () => {
  test('lists and shows what is there, and leaves a row in the audit trail', async () => {
    await must('access add block sender Ann@Example.NET --user alice@example.org --note spam');
    await must('access add allow client 192.0.2.7');
    expect(JSON.parse(await must('access list --json'))).toMatchObject([
      { list: 'everybody', verdict: 'allow', side: 'client', pattern: '192.0.2.7/32' },
      {
        list: 'alice@example.org',
        verdict: 'block',
        side: 'sender',
        pattern: 'ann@example.net',
        note: 'spam',
      },
    ]);
    expect(JSON.parse(await must('access list --everybody --json'))).toHaveLength(1);
    expect(JSON.parse(await must('access list --user alice@example.org --json'))).toHaveLength(1);
    expect(await must('access show client 192.0.2.7')).toContain('everybody');
    const { rows } = await sql(
      `select action, resource_id as id from unified.audit_log where resource = 'access' order by id desc limit 2`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['access.add', 'access.add']);
  });

  test.each([
    ['access add block sender nonsense', 1, 'neither an address nor a domain'],
    ['access add block client 192.0.2.1/24', 1, 'is no network'],
    ['access add maybe sender ann@example.net', 2, 'maybe is no verdict'],
    ['access add block sender ann@example.net --domain other.example', 1, 'there is no domain'],
    ['access add block sender ann@example.net --user a --domain b.example', 2, 'exclude each other'],
    ['access remove sender ann@example.net', 1, 'is not on the list of everybody'],
    ['access show sender ann@example.net', 1, 'it is on no list'],
  ])('refuses: %s', async (line, code, words) => {
    expect(await dovetail(line)).toMatchObject({ code, stderr: expect.stringContaining(words) });
  });

  test('refuses an entry that is there, and says how to replace it', async () => {
    await must('access add block sender ann@example.net');
    expect(await dovetail('access add allow sender ann@example.net')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('dovetail access remove sender ann@example.net'),
    });
  });
});

test.each([
  [
    'two owners',
    'user_id_single',
    { user_id: '(select min(id) from unified.users)', domain: "'example.org'" },
  ],
  ['a pattern that is no address', 'pattern_format', { pattern: "'nonsense'" }],
  ['capital letters', 'pattern_canonical', { pattern: "'A@b.example'" }],
  ['a network in another form', 'pattern_canonical', { side: "'client'", pattern: "'192.0.2.7'" }],
  ['a side that nobody asks for', 'side_known', { side: "'helo'" }],
])('the schema refuses %s', async (_what, constraint, changes) => {
  const row = { side: "'sender'", pattern: "'a@b.example'", verdict: "'block'", ...changes };
  const insert = `insert into unified.access_entries (${Object.keys(row).join()}) values (${Object.values(row).join()})`;
  await expect(sql(insert)).rejects.toThrow(`access_entries_${constraint}`);
});
