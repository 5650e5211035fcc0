/** Who may write to a group, as the command line sets it: live in a daemon, and told by `explain`. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let database: TestDatabase;
let daemon: RunningDaemon;

const sql = (text: string) => withClient(database.url, (client) => client.query(text));

async function dovetail(line: string) {
  const { world, words: said } = createTestWorld({ env: { DATABASE_URL: database.url }, stdin: '' });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  return { code, ...said };
}
async function must(line: string): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

const ask = (attributes: Record<string, string>) => {
  const client = policyClient(daemon.policy);
  return client.ask({ recipient: 'team@example.org', ...attributes }).finally(client.end);
};
const eventually = (attributes: Record<string, string>, action: string) =>
  expect.poll(() => ask(attributes)).toBe(action);

const STRANGER = { sender: 'x@elsewhere.net' };
const FORGER = { sender: 'alice@example.org' };
const alice = { sender: 'alice@example.org', sasl_username: 'alice@example.org' };
const bob = { sender: 'bob@example.org', sasl_username: 'bob' };
const carol = { sender: 'carol@other.example', sasl_username: 'carol@other.example' };
const DOMAIN = '550 5.7.1 Only users of this domain may write to this address';
const MEMBERS = '550 5.7.1 Only members of this group may write to this address';

beforeAll(async () => {
  database = await createTestDatabase();
  daemon = await runDaemon(database.url);
  await sql(`insert into unified.mail_domains (domain) values ('example.org'), ('other.example')`);
  await sql(
    `insert into unified.users (email, username)
     values ('alice@example.org', 'alice@example.org'), ('bob@example.org', 'bob'), ('carol@other.example', 'carol@other.example')`,
  );
  await must('alias add inner@example.org alice@example.org');
  await must('alias add team@example.org inner@example.org eve@elsewhere.net');
});
afterAll(async () => {
  await daemon?.close();
  await database?.close();
});

test('everybody, unless it is said otherwise; then users of the domain, then members', async () => {
  for (const who of [STRANGER, FORGER, alice, bob, carol]) expect(await ask(who)).toBe('DUNNO');

  await must('alias set team@example.org --allow-from domain');
  await eventually(STRANGER, `${DOMAIN}, after logging in`);
  expect(await ask(FORGER)).toBe(`${DOMAIN}, after logging in`);
  expect(await ask({ sender: '' })).toBe(`${DOMAIN}, after logging in`);
  expect(await ask(carol)).toBe(DOMAIN);
  for (const who of [alice, bob]) expect(await ask(who)).toBe('DUNNO');

  await must('alias set team@example.org --allow-from members');
  await eventually(bob, MEMBERS);
  expect(await ask(FORGER)).toBe(`${MEMBERS}, after logging in`);
  expect(await ask(alice)).toBe('DUNNO');
  expect(await ask({ ...FORGER, client_address: '127.0.0.1' })).toBe('DUNNO');

  await must('alias set team@example.org --allow-from public');
  await eventually(STRANGER, 'DUNNO');
});

test('membership is live, of a group within too, and so is ownership', async () => {
  await must('alias set team@example.org --allow-from members');
  await eventually(bob, MEMBERS);
  await must('alias add inner@example.org bob@example.org');
  await eventually(bob, 'DUNNO');
  await must('alias remove inner@example.org bob@example.org');
  await eventually(bob, MEMBERS);
  await must('alias set team@example.org --owner bob@example.org');
  await eventually(bob, 'DUNNO');
  await must('alias set team@example.org --owner none');
  await eventually(bob, MEMBERS);
});

test('a new member of a closed group leaves it closed, and lists and explain tell', async () => {
  await must('alias add team@example.org dave@elsewhere.net');
  expect(JSON.parse(await must('alias list --match team@* --json'))).toMatchObject([
    { alias: 'team@example.org', allowed_senders: 'members' },
  ]);
  expect(await must('alias show team@example.org')).toMatch(/allow from +members/);
  const told = await must('explain recipient team@example.org --login bob');
  expect(told).toMatch(/team@example\.org +alias → inner@example\.org, .*; from members only/);
  expect(told).toMatch(/group-posting +550 5\.7\.1 Only members of this group may write to this address \(/);
});

test('a word that is none of these is wrong usage', async () => {
  const { code, stderr } = await dovetail('alias set team@example.org --allow-from friends');
  expect(code).toBe(2);
  expect(stderr).toMatch(/friends is none of those .*; use public, domain, members/);
});
