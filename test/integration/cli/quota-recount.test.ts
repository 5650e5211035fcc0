/** `dovetail quota recount`: what Dovecot counts takes the place of what was reported. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const USERS = 130;
const userOf = (n: number) => `user${n}@example.org`;

let database: TestDatabase;
let dovecot: Server;
/** What each mailbox holds; of whom there is nothing Dovecot knows nobody. */
let mailboxes: Map<string, { kibibytes: number; messages: number } | 'broken'>;
let requests: { commands: number; atOnce: number }[];
let open: number;

beforeEach(async () => {
  database = await createTestDatabase();
  mailboxes = new Map();
  requests = [];
  open = 0;
  dovecot = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const asked = JSON.parse(body) as [string, { user: string }, string][];
      open += 1;
      requests.push({ commands: asked.length, atOnce: open });
      setImmediate(() => {
        open -= 1;
        response.end(JSON.stringify(asked.map(([, { user }, tag]) => answerAbout(user, tag))));
      });
    });
  });
  await new Promise<void>((resolve) => dovecot.listen(0, '127.0.0.1', resolve));
  await sql(`insert into unified.mail_domains (domain) values ('example.org'), ('other.example')`);
});
afterEach(async () => {
  dovecot.closeAllConnections();
  await new Promise((resolve) => dovecot.close(resolve));
  await database.close();
});

function answerAbout(user: string, tag: string): unknown {
  const holds = mailboxes.get(user);
  if (holds === undefined) return ['error', { type: 'exitCode', exitCode: 67 }, tag];
  if (holds === 'broken') return ['error', { type: 'exitCode', exitCode: 75 }, tag];
  const rows = [
    { root: 'User quota', type: 'STORAGE', value: String(holds.kibibytes), limit: '-', percent: '0' },
    { root: 'User quota', type: 'MESSAGE', value: String(holds.messages), limit: '-', percent: '0' },
  ];
  return ['doveadmResponse', rows, tag];
}

const sql = (text: string, values: unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, values)).rows);

async function addUsers(...addresses: readonly string[]): Promise<void> {
  await sql('insert into unified.users (email) select unnest($1::text[])', [addresses]);
}

async function dovetail(line: string, env: Record<string, string> = {}) {
  const { port } = dovecot.address() as AddressInfo;
  const doveadm = {
    DOVETAIL_DOVEADM_URLS: `http://127.0.0.1:${port}`,
    DOVETAIL_DOVEADM_API_KEY: 'sesame',
  };
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url, ...doveadm, ...env } });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  return { code, ...words };
}

const usageOf = async (user: string): Promise<unknown[]> =>
  (
    await sql(
      `select usage::int from unified.quota_status where "user" = $1 and quota_type in ('messages', 'storage')
       order by quota_type`,
      [user],
    )
  ).map(({ usage }) => usage);

test('one user: what Dovecot counts is written, and what was written before is said', async () => {
  await addUsers(userOf(1));
  mailboxes.set(userOf(1), { kibibytes: 2048, messages: 12 });
  const { code, stdout } = await dovetail(`quota recount ${userOf(1)}`);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'user1@example.org: 2M in 12 messages; written was 0 in 0 messages.\n',
  });
  expect(await usageOf(userOf(1))).toEqual([12, 2048 * 1024 - 1023]);
  const again = await dovetail(`quota recount ${userOf(1)}`);
  expect(again.stdout).toBe('user1@example.org: 2M in 12 messages, as it is written.\n');
});

test('all of them: 20 a request, two requests at once, and a summary', async () => {
  await addUsers(...Array.from({ length: USERS }, (_, n) => userOf(n)), 'stranger@other.example');
  for (let n = 0; n < USERS; n += 1) mailboxes.set(userOf(n), { kibibytes: n, messages: n });
  const { code, stdout, stderr } = await dovetail('quota recount --all');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    'Counted 130 mailboxes, of which 129 held something else than was written; 1 user Dovecot does not know.\n',
  );
  for (const n of [1, 77, 129]) expect((await usageOf(userOf(n)))[0]).toBe(n);
  expect(Math.max(...requests.map(({ commands }) => commands))).toBe(20);
  expect(Math.max(...requests.map(({ atOnce }) => atOnce))).toBeLessThanOrEqual(2);
});

test('of a domain only its own', async () => {
  await addUsers(userOf(1), 'ann@other.example');
  for (const user of [userOf(1), 'ann@other.example']) mailboxes.set(user, { kibibytes: 9, messages: 9 });
  const { stdout } = await dovetail('quota recount --domain other.example --json');
  expect(JSON.parse(stdout)).toEqual({ counted: 1, corrected: 1, unknown: 0, failed: [] });
  expect(await usageOf(userOf(1))).toEqual([]);
});

test('a mailbox that cannot be counted is named, and all others are counted', async () => {
  await addUsers(userOf(1), userOf(2), userOf(3));
  mailboxes.set(userOf(1), { kibibytes: 9, messages: 9 });
  mailboxes.set(userOf(2), 'broken');
  mailboxes.set(userOf(3), { kibibytes: 9, messages: 9 });
  const { code, stdout } = await dovetail('quota recount --all --json');
  expect(code).toBe(75);
  expect(JSON.parse(stdout)).toEqual({
    counted: 2,
    corrected: 2,
    unknown: 0,
    failed: [{ user: userOf(2), why: 'doveadm: exit code 75' }],
  });
  const told = await dovetail('quota recount --all');
  expect(told.stderr).toBe('user2@example.org could not be counted: doveadm: exit code 75\n');
});

test('a full mailbox of which nobody heard is told of, as a report would have', async () => {
  await addUsers(userOf(1));
  await dovetail(`quota add ${userOf(1)} 10 --type messages`);
  mailboxes.set(userOf(1), { kibibytes: 1, messages: 10 });
  await dovetail('quota recount --all');
  expect(
    await sql(`select event_type from unified.mailbox_events where event_type = 'quota_exceeded'`),
  ).toHaveLength(1);
});

test.each([
  ['nobody is named', 'quota recount', {}, 2, /give a user, --domain or --all/u],
  ['two are named', 'quota recount --all --domain example.org', {}, 2, /give one of them/u],
  ['there is no such user', 'quota recount nobody@example.org', {}, 1, /there is no user/u],
  ['Dovecot does not know him', `quota recount ${userOf(1)}`, {}, 1, /Dovecot does not know this user/u],
  [
    'nobody can be asked',
    'quota recount --all',
    { DOVETAIL_DOVEADM_URLS: '' },
    1,
    /DOVETAIL_DOVEADM_URLS says nobody/u,
  ],
  [
    'Dovecot does not answer',
    'quota recount --all',
    { DOVETAIL_DOVEADM_URLS: 'http://127.0.0.1:9' },
    75,
    /could not find out: doveadm: /u,
  ],
])('refused: %s', async (_what, line, env, code, why) => {
  await addUsers(userOf(1));
  const outcome = await dovetail(line, env);
  expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(why) });
});
