import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { type ChangingFactCache, createFactCache } from '../../../src/database/cache.ts';
import { createDatabase, type Database } from '../../../src/database/connection.ts';
import { createListener, type Listener } from '../../../src/database/listen.ts';
import {
  createTestDatabase,
  createTestServer,
  type TestDatabase,
  withClient,
} from '../../support/database.ts';
import { createDeafProxy, type DeafProxy } from '../../support/deaf-proxy.ts';

const PATIENCE = { timeout: 30_000, interval: 5 };

let server: TestDatabase;
let heard: string[];
let listener: Listener | undefined;

beforeEach(async () => {
  server = await createTestDatabase({ migrated: false });
  heard = [];
});

afterEach(async () => {
  await listener?.close();
  await server.close();
});

const query = (sql: string, url = server.url): Promise<Record<string, unknown>[]> =>
  withClient(url, async (client) => (await client.query(sql)).rows);

const notify = (payload: string, url = server.url) =>
  query(`select pg_notify('dovetail_changes', E'${payload}')`, url);

const listen = (url = server.url, pulseDeadline = 10_000) =>
  createListener({
    url,
    log: silent,
    onKeys: (keys) => heard.push(...keys),
    onEverything: () => heard.push('<everything>'),
    onLost: () => heard.push('<lost>'),
    onListening: () => heard.push('<listening>'),
    pulseEvery: 100,
    pulseDeadline,
  });

const hears = (...events: string[]) => vi.waitFor(() => expect(heard).toEqual(events), PATIENCE);

describe('the listener', () => {
  beforeEach(async () => {
    listener = listen();
    await hears('<listening>');
  });

  test.for(
    Object.entries({
      'one key': ['a@b.example', ['a@b.example']],
      'several keys': ['a@b.example\\n@b.example\\nb.example', ['a@b.example', '@b.example', 'b.example']],
      everything: ['*', ['<everything>']],
      'nothing in particular': ['', ['<everything>']],
    } as const),
  )('hears that there is a change of %s', async ([, [payload, events]]) => {
    await notify(payload);
    await hears('<listening>', ...events);
  });

  test('says that it was deaf, and listens again by itself', async () => {
    await query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'dovetail listen' and datname = current_database()`);
    await hears('<listening>', '<lost>', '<listening>');
    await notify('a');
    await hears('<listening>', '<lost>', '<listening>', 'a');
  });

  test('is silent after it was closed', async () => {
    await listener?.close();
    expect(heard).toEqual(['<listening>', '<lost>']);
    await notify('a');
    expect(heard).toEqual(['<listening>', '<lost>']);
  });
});

describe('a connection that dies without a word', () => {
  let proxy: DeafProxy;

  beforeEach(async () => {
    proxy = await createDeafProxy(server.url);
  });

  afterEach(() => proxy.close());

  test('is noticed because the pulse is not heard, and replaced', async () => {
    listener = listen(proxy.url, 300);
    await hears('<listening>');
    proxy.freeze();
    await notify('missed');
    await vi.waitFor(
      () => expect(heard.slice(0, 3)).toEqual(['<listening>', '<lost>', '<listening>']),
      PATIENCE,
    );
  });
});

test('a server that comes back is listened to again', async () => {
  const own = await createTestServer({ migrated: false });
  listener = listen(own.url);
  await hears('<listening>');
  await own.kill();
  await hears('<listening>', '<lost>');
  await own.start();
  await hears('<listening>', '<lost>', '<listening>');
  await listener.close();
  await own.stop();
});

describe('a cache that listens', () => {
  let database: Database;
  let cache: ChangingFactCache<number>;

  beforeEach(async () => {
    await query(`create table facts (key text primary key, value int); insert into facts values ('a', 1)`);
    database = createDatabase({ url: server.url, log: silent, clock: systemClock });
    const statement = { name: 'facts', text: 'select key, value from facts where key = any($1)' };
    cache = createFactCache<number>({
      name: 'facts',
      fetch: async (keys) => {
        const rows = await database.rows<{ key: string; value: number }>(statement, [keys]);
        return new Map(rows.map(({ key, value }) => [key, { value }]));
      },
      maxEntries: 100,
      clock: systemClock,
      log: silent,
    });
    listener = createListener({
      url: server.url,
      log: silent,
      onKeys: (keys) => cache.forget(keys),
      onEverything: () => cache.forgetAll(),
      onLost: () => cache.listening(false),
      onListening: () => cache.listening(true),
    });
    await vi.waitFor(async () => {
      await cache.load(['a']);
      expect(cache.peek('a')?.value).toBe(1);
    }, PATIENCE);
  });

  afterEach(() => database.close());

  test('follows a change', async () => {
    await query(`update facts set value = 2; select pg_notify('dovetail_changes', 'a')`);
    await vi.waitFor(() => expect(cache.peek('a')).toBeUndefined(), PATIENCE);
    expect((await cache.load(['a'])).get('a')).toMatchObject({ value: 2 });
  });

  test('trusts nothing that it knew before its listening was interrupted', async () => {
    await query(`update facts set value = 2;
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'dovetail listen' and datname = current_database()`);
    await vi.waitFor(() => expect(cache.peek('a')).toBeUndefined(), PATIENCE);
    expect((await cache.load(['a'])).get('a')).toMatchObject({ value: 2, lastKnown: false });
  });

  test('asks in few queries, however many ask', async () => {
    const before = cache.stats();
    await Promise.all(Array.from({ length: 400 }, (_, n) => cache.load([`k${n}`])));
    expect(cache.stats().fetches - before.fetches).toBe(1);
    expect(cache.stats().fetchedKeys - before.fetchedKeys).toBe(400);
  });
});

test('a cache whose database is killed under load never answers an absence that is none', async () => {
  const own = await createTestServer({ migrated: false });
  await query(
    `create table facts as select 'k' || n as key, n as value from generate_series(0, 99) n`,
    own.url,
  );
  const database = createDatabase({ url: own.url, log: silent, clock: systemClock });
  const statement = { name: 'facts', text: 'select key, value from facts where key = any($1)' };
  const cache = createFactCache<number>({
    name: 'facts',
    fetch: async (keys) => {
      const rows = await database.rows<{ key: string; value: number }>(statement, [keys]);
      return new Map(rows.map(({ key, value }) => [key, { value }]));
    },
    maxEntries: 10, // so small that most keys are asked for again and again
    clock: systemClock,
    log: silent,
  });
  const answers = { right: 0, later: 0, wrong: 0 };
  let busy = true;
  const client = async (n: number): Promise<void> => {
    for (let turn = n; busy; turn += 7) {
      const fact = (await cache.load([`k${turn % 100}`])).get(`k${turn % 100}`);
      if (fact?.kind === 'later') answers.later += 1;
      else if (fact?.value === turn % 100) answers.right += 1;
      else answers.wrong += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const clients = Array.from({ length: 20 }, (_, n) => client(n));
  const answered = (kind: 'right' | 'later') => {
    const before = answers[kind];
    return vi.waitFor(() => expect(answers[kind]).toBeGreaterThan(before + 100), PATIENCE);
  };
  for (let crash = 0; crash < 3; crash += 1) {
    await answered('right');
    await own.kill();
    await answered('later');
    await own.start();
  }
  await answered('right');
  busy = false;
  await Promise.all(clients);
  expect(answers.wrong).toBe(0);
  await database.close();
  await own.stop();
});
