import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mentions, read, strangers } from '../../unit/project/documents.ts';
import { describeSchema } from './schema-page.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.close();
});

test('docs/schema-reference.md tells the catalog as it is (re-make it: npx vitest run test/integration/project -u)', async () => {
  await expect(await describeSchema(client)).toMatchFileSnapshot('../../../docs/schema-reference.md');
});

test('every table and view says in a comment what it is', async () => {
  const text = await describeSchema(client);
  expect([...text.matchAll(/^### (\w+)\n\n\n/gmu)].map(([, name]) => name)).toEqual([]);
});

test('the queries that docs/schema.md shows run as they stand there', async () => {
  const queries = [...mentions(/(?:query = |`)(select .+?)(?:`|$)/gmu, [read('docs/schema.md')]).keys()];
  const whole = queries.filter((query) => query.includes(' from '));
  expect(whole.length).toBeGreaterThan(3);
  for (const query of whole) await client.query(query.replace(/'%\w'/gu, "'nobody@example.org'"));
});

test('docs/schema.md speaks of tables and views that exist', async () => {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'unified'::regnamespace`,
  );
  const known = rows.map(({ name }) => name);
  const named = mentions(/(?:unified\.|\*\*)([a-z]+_[a-z_]+)\b/gu, [read('docs/schema.md')]);
  expect([...named.keys()].length).toBeGreaterThan(5);
  expect(strangers(named, known)).toEqual([]);
});
