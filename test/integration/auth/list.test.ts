/** LIST of login.sock, on a real database: all who may use mail, page by page. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createSchema, type Schema } from '../../support/schema.ts';

// Names of the greatest length that fits the line badly, and names that are no addresses.
const FILL = `
  insert into unified.users (username, email)
  select
    case when n % 3 = 0 then 'login' || lpad(n::text, 4, '0') end,
    rpad('user' || lpad(n::text, 4, '0'), 60, 'x') || '@example.org'
  from generate_series(1, 1000) as n`;

let schema: Schema;
let daemon: RunningDaemon;

beforeAll(async () => {
  schema = await createSchema();
  await schema.rows(FILL);
  await schema.rows(`update unified.users set is_locked = true where email like 'user0500%'`);
  daemon = await runDaemon(schema.url);
});
afterAll(async () => {
  await daemon?.close();
  await schema?.close();
});

/** Asks until the end; the pages as they came. */
async function listAll(between: () => Promise<unknown> = async () => undefined): Promise<string[][]> {
  const client = loginClient(daemon.login);
  const pages: string[][] = [];
  for (let after = ''; ; after = pages.at(-1)?.at(-1) ?? '') {
    const reply = await client.ask(`V1\tLIST\t${after}`);
    const [status, ...fields] = (reply ?? '').split('\t');
    expect(status).toBe('OK');
    expect(Buffer.byteLength(reply ?? '')).toBeLessThanOrEqual(8192);
    if (fields.length === 0) break;
    pages.push(fields.map((field) => field.replace(/^user=/, '')));
    await between();
  }
  client.end();
  return pages;
}

test('everybody is on one page, in order, and nobody who may not use mail', async () => {
  const pages = await listAll();
  const expected = await schema.values<string>(
    `select username from unified.users where not is_locked order by username`,
  );
  expect(expected).toHaveLength(999);
  expect(pages.flat()).toEqual(expected);
  expect(pages.length).toBeGreaterThan(5);
});

test('who comes and goes meanwhile does not push others out', async () => {
  const before = (await listAll()).flat();
  const during = await listAll(() =>
    schema.rows(`
      delete from unified.users where id = (select min(id) from unified.users);
      insert into unified.users (email) values ('aaa' || gen_random_uuid() || '@example.org')`),
  );
  const seen = new Set(during.flat());
  const after = new Set((await listAll()).flat());
  expect(before.filter((user) => after.has(user) && !seen.has(user))).toEqual([]);
});

test('one who was removed is as good a place to go on as any', async () => {
  const client = loginClient(daemon.login);
  const reply = await client.ask('V1\tLIST\tzzz');
  client.end();
  expect(reply).toBe('OK');
});
