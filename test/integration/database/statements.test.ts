import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createDatabase, type Database } from '../../../src/database/connection.ts';
import * as limits from '../../../src/database/limits.ts';
import * as logins from '../../../src/database/logins.ts';
import * as lookups from '../../../src/database/lookups.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = createDatabase({ url: server.url, log: silent, clock: systemClock });
  await withClient(server.url, async (client) => {
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    await client.query(`insert into unified.users (username, email) values ('alice', 'alice@example.org')`);
    await client.query(`insert into unified.email_aliases (alias_email, destination_email, expires_at) values
      ('forever@example.org', 'alice@example.org', 'infinity'),
      ('plain@example.org', 'alice@example.org', null),
      ('hour@example.org', 'alice@example.org', now() + interval '1 hour'),
      ('group@example.org', 'zoe@elsewhere.net', null),
      ('group@example.org', 'alice@example.org', null)`);
  });
});

afterAll(async () => {
  await database.close();
  await server.close();
});

const aliases = async (address: string) =>
  (await database.rows<lookups.AddressRow>(lookups.addressFacts, [[address]])).filter(
    ({ kind }) => kind === 'alias',
  );

describe('the statements of the lookups', () => {
  const all = [lookups, logins, limits].flatMap((family) => Object.values(family));

  test.for(all.map((statement) => [statement.name, statement] as const))(
    '%s runs on the schema as it is, and finds nothing for a key that is not there',
    async ([, statement]) => {
      const keys = statement.text.includes('$1') ? [['nobody@nowhere.example']] : [];
      expect(await database.rows(statement, keys)).toEqual([]);
    },
  );

  test('have names of their own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  test('find a mailbox with its login', async () => {
    const rows = await database.rows<lookups.AddressRow>(lookups.addressFacts, [['alice@example.org']]);
    expect(rows.map(({ kind, value, login }) => ({ kind, value, login }))).toEqual([
      { kind: 'mailbox', value: 'example.org/alice/', login: 'alice' },
    ]);
  });

  test('find who may send as an address', async () => {
    const rows = await database.rows<lookups.SenderRow>(lookups.senderFacts, [['alice@example.org']]);
    expect(rows).toMatchObject([{ sender: 'alice@example.org', login: 'alice', is_usable: true }]);
  });

  test('give the destinations of a group in the order in which they were made', async () => {
    expect((await aliases('group@example.org')).map(({ value }) => value)).toEqual([
      'zoe@elsewhere.net',
      'alice@example.org',
    ]);
  });

  test.for(
    Object.entries({
      'never, without an expiry': ['plain@example.org', null],
      'never, with an expiry at infinity': ['forever@example.org', null],
      'at the expiry, in seconds from now': ['hour@example.org', expect.closeTo(3600, -2)],
    } as const),
  )('tell when time alone changes a row: %s', async ([, [address, changesIn]]) => {
    expect((await aliases(address)).map((row) => row.changes_in)).toEqual([changesIn]);
  });
});
