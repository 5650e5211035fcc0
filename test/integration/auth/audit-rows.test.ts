/** What a second of logins becomes in the audit trail. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '../../../src/auth/journal.ts';
import { writeJournal } from '../../../src/auth/write.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createDatabase, type Database } from '../../../src/database/connection.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { addUser } from './doors.ts';

const ALICE = 'alice@example.org';

let database: TestDatabase;
let connection: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await addUser(database.url, ALICE, 'PLAIN');
  connection = createDatabase({
    url: database.url,
    log: silent,
    clock: systemClock,
    queryDeadline: 10_000,
  });
});
afterAll(async () => {
  await connection?.close();
  await database?.close();
});

const refusal = (login: string): Entry => ({
  success: false,
  login,
  passwordId: undefined,
  label: undefined,
  service: 'imap',
  ip: '203.0.113.7',
  why: 'mismatch: guessing',
  domain: undefined,
  at: new Date(),
  count: 1,
});

test('a refused network that goes on with a thousand names is one row, and each user has his own', async () => {
  const strangers = Array.from({ length: 1000 }, (_, n) => refusal(`nobody${n}@example.org`));
  await writeJournal(connection, [...strangers, refusal(ALICE)]);
  const asked = await withClient(database.url, async (client) =>
    client.query(
      `select user_id is not null as is_user, coalesce((additional_data->>'count')::int, 1) as count
     from unified.audit_log where error_message = $1 order by 1`,
      ['mismatch: guessing'],
    ),
  );
  expect(asked.rows).toEqual([
    { is_user: false, count: 1000 },
    { is_user: true, count: 1 },
  ]);
});

test('of a name that nobody has the domain is written down if it is ours: else it may be the end of a password', async () => {
  const unknown = (domain: string): Entry => ({ ...refusal(''), login: undefined, why: 'unknown', domain });
  await writeJournal(connection, ['example.org', 'battery.staple', 'horse.battery'].map(unknown));
  const asked = await withClient(database.url, async (client) =>
    client.query(`select additional_data from unified.audit_log where error_message = 'unknown' order by id`),
  );
  expect(asked.rows.map((row) => row.additional_data)).toEqual([{ domain: 'example.org' }, { count: 2 }]);
});
