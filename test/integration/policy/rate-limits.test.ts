/** Limits as rows: which one is in force for whom, and that a change is heard. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createDatabase, type Database } from '../../../src/database/connection.ts';
import { shipped } from '../../../src/policy/limits/limit.ts';
import { readLimits } from '../../../src/policy/limits/read.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let server: TestDatabase;
let database: Database;

const sql = (text: string) => withClient(server.url, (client) => client.query(text));

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, log: silent, clock: systemClock });
  await sql(`insert into unified.mail_domains (domain) values ('example.org'), ('other.example')`);
  await sql(`insert into unified.users (username, email)
    values ('alice', 'alice@example.org'), ('bob@example.org', 'bob@example.org'), ('eve@other.example', 'eve@other.example')`);
  await sql(`insert into unified.rate_limits (user_id, domain, counter, window_seconds, max_count)
    values (null, null, 'recipients', 3600, 10), (null, 'example.org', 'recipients', 3600, 20),
      ((select id from unified.users where username = 'alice'), null, 'recipients', 3600, null),
      (null, null, 'recipients', 600, 5)`);
});
afterAll(async () => {
  await database.close();
  await server.close();
});

const hourly = async (login: string) => {
  const facts = (await readLimits(database, [login])).get(login)?.value;
  return facts?.limits.find((one) => one.counter === 'recipients' && one.window === 3_600_000)?.max;
};

test('the row of the user goes before that of his domain, and that before the one for all', async () => {
  expect(await hourly('')).toBe(10);
  expect(await hourly('eve@other.example')).toBe(10);
  expect(await hourly('bob@example.org')).toBe(20);
  expect(await hourly('alice')).toBeUndefined();
});

test('other windows of the same counter go on, and so do the shipped limits', async () => {
  const alice = (await readLimits(database, ['alice'])).get('alice')?.value;
  expect(alice).toMatchObject({ login: 'alice', domain: 'example.org' });
  expect(alice?.limits).toContainEqual(
    expect.objectContaining({ counter: 'recipients', window: 600_000, max: 5 }),
  );
  expect(alice?.limits).toHaveLength(shipped.length);
});

test('a user is found by either name, and who is none of ours is not', async () => {
  const found = await readLimits(database, ['alice@example.org', 'ghost']);
  expect(found.get('alice@example.org')?.value.login).toBe('alice');
  expect(found.has('ghost')).toBe(false);
});

test("a changed limit of a user is announced by his names, any other by '*'", async () => {
  const heard: string[] = [];
  await withClient(server.url, async (client) => {
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('listen dovetail_changes');
    await client.query(
      `update unified.rate_limits set max_count = 7 where user_id = (select id from unified.users where username = 'alice')`,
    );
    await expect.poll(() => heard).toEqual(['alice\nalice@example.org']);
    await client.query(`update unified.rate_limits set max_count = 21 where domain = 'example.org'`);
    await expect.poll(() => heard.at(-1)).toBe('*');
  });
  expect(await hourly('alice')).toBe(7);
  expect(await hourly('bob@example.org')).toBe(21);
});

test.for(
  Object.entries({
    'a second limit for all of one counter and window': `insert into unified.rate_limits (counter, window_seconds) values ('recipients', 3600)`,
    'a limit of a user and a domain': `insert into unified.rate_limits (user_id, domain, counter, window_seconds) select id, 'example.org', 'bytes', 60 from unified.users`,
    "a network's limit that is a domain's": `insert into unified.rate_limits (domain, counted_by, counter, window_seconds) values ('example.org', 'network', 'bytes', 60)`,
    'a window without length': `insert into unified.rate_limits (counter, window_seconds) values ('bytes', 0)`,
  }),
)('the schema does not take %s', async ([, text]) => {
  await expect(sql(text)).rejects.toThrow(/rate_limits_/u);
});
