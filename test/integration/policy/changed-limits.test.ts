/** Limits that are to be tried are those that there would be if their rows were written. */

import fc from 'fast-check';
import type { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rateLimits } from '../../../src/database/limits.ts';
import { type ChangedRow, changeLimits, isPossible } from '../../../src/policy/limits/changed.ts';
import type { Limit, LimitFacts } from '../../../src/policy/limits/limit.ts';
import { readLimits } from '../../../src/policy/limits/read.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';

const USERS = ['ann@x.test', 'bob@x.test', 'eve@y.test'];
const LOGINS = [...USERS, ''];
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.url, async (client) => {
    await client.query("insert into unified.mail_domains (domain) values ('x.test'), ('y.test')");
    await client.query('insert into unified.users (email) select unnest($1::text[])', [USERS]);
  });
});
afterAll(() => database?.close());

const row: fc.Arbitrary<ChangedRow> = fc
  .record({
    owner: fc.constantFrom(
      ...USERS.map((user) => ({ user, domain: undefined })),
      ...['x.test', 'y.test'].map((domain) => ({ user: undefined, domain })),
      ...[1, 2].map(() => ({ user: undefined, domain: undefined })),
    ),
    // One that is shipped, and one that is not.
    key: fc.constantFrom(
      { by: 'user', counter: 'recipients', window: 3_600_000 } as const,
      { by: 'domain', counter: 'messages', window: 60_000 } as const,
    ),
    max: fc.constantFrom(null, 1, 2, 3),
    isPermanent: fc.boolean(),
  })
  .map(({ owner, key, ...rest }) => ({ ...owner, ...key, ...rest, suspends: false }));
const rows = fc.uniqueArray(row.filter(isPossible), {
  maxLength: 5,
  selector: ({ user, domain, by }) => `${user} ${domain} ${by}`,
});

const write = (
  client: Client,
  { user, domain, by, counter, window, max, isPermanent, suspends }: ChangedRow,
) =>
  client.query(
    `merge into unified.rate_limits as r
     using (select (select id from unified.users where username = $1) as user_id, $2::text as domain,
         $3::text as counted_by, $4::text as counter, $5::int as seconds, $6::bigint as max, $7::boolean as permanent, $8::boolean as suspends) as n
     on r.user_id is not distinct from n.user_id and r.domain is not distinct from n.domain
       and r.counted_by = n.counted_by and r.counter = n.counter and r.window_seconds = n.seconds
     when matched then update set max_count = n.max, is_permanent = n.permanent, suspends = n.suspends
     when not matched then insert (user_id, domain, counted_by, counter, window_seconds, max_count, is_permanent, suspends)
       values (n.user_id, n.domain, n.counted_by, n.counter, n.seconds, n.max, n.permanent, n.suspends)`,
    [user ?? null, domain ?? null, by, counter, window / 1000, max, isPermanent, suspends],
  );

async function factsIn(client: Client): Promise<LimitFacts[]> {
  const asked = {
    rows: async <R>(_: unknown, values?: readonly unknown[]) =>
      (await client.query(rateLimits.text, [...(values ?? [])])).rows as R[],
  };
  const facts = await readLimits(asked, LOGINS);
  return LOGINS.map((login) => facts.get(login)?.value as LimitFacts);
}

const nameOf = ({ by, counter, window }: Limit): string => `${by} ${counter} ${window}`;
const inOrder = (all: readonly LimitFacts[]) =>
  all.map(({ limits, ...who }) => ({
    ...who,
    limits: limits.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other))),
  }));

test('what the schema does not take is not tried', async () => {
  const counters = ['messages', 'bytes', 'new_recipients', 'new_networks', 'bounces'] as const;
  await withClient(database.url, async (client) => {
    await client.query('begin');
    for (const [user, domain] of [
      [undefined, undefined],
      [USERS[0], undefined],
      [undefined, 'x.test'],
    ]) {
      for (const by of ['user', 'credential', 'domain', 'network'] as const) {
        for (const counter of counters) {
          const one = { user, domain, by, counter, window: 60_000, max: 1, isPermanent: false };
          for (const suspends of [false, true]) {
            await client.query('savepoint one');
            const written = await write(client, { ...one, suspends }).then(
              () => true,
              () => false,
            );
            expect({ ...one, suspends, is: isPossible({ ...one, suspends }) }).toMatchObject({ is: written });
            await client.query('rollback to one');
          }
        }
      }
    }
    await client.query('rollback');
  });
});

test('tried is as written', { timeout: 120_000 }, async () => {
  await withClient(database.url, (client) =>
    fc.assert(
      fc.asyncProperty(rows, rows, async (before, changes) => {
        await client.query('begin');
        try {
          for (const one of before) await write(client, one);
          const tried = (await factsIn(client)).map(changeLimits(before, changes));
          for (const one of changes) await write(client, one);
          expect(inOrder(tried)).toEqual(inOrder(await factsIn(client)));
        } finally {
          await client.query('rollback');
        }
      }),
      { numRuns: 100 },
    ),
  );
});
