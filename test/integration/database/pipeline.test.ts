import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createDatabase, type Database } from '../../../src/database/connection.ts';
import {
  createTestDatabase,
  createTestServer,
  type TestDatabase,
  withClient,
} from '../../support/database.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };

let server: TestDatabase;
let database: Database;

/** Patient, where a test is not about patience. */
const open = (queryDeadline = 20_000) =>
  createDatabase({ url: server.url, log: silent, clock: systemClock, queryDeadline });

beforeEach(async () => {
  server = await createTestDatabase({ migrated: false });
  database = open();
});

afterEach(async () => {
  await database.close();
  await server.close();
});

const query = (sql: string): Promise<Record<string, unknown>[]> =>
  withClient(server.url, async (client) => (await client.query(sql)).rows);

const echo = { name: 'echo', text: 'select unnest($1::text[]) as key' };
const sleep = { name: 'sleep', text: 'select pg_sleep($1)' };
const pid = { name: 'pid', text: 'select pg_backend_pid() as pid' };

const connections = (application: string) =>
  query(
    `select pid from pg_stat_activity where application_name = '${application}' and datname = current_database()`,
  );

const hangUp = (application: string) =>
  query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = '${application}' and datname = current_database()`);

describe('lookups', () => {
  test('share one connection, however many there are', async () => {
    const answers = Array.from({ length: 200 }, (_, n) => database.rows<{ key: string }>(echo, [[`k${n}`]]));
    expect((await Promise.all(answers)).map(([row]) => row?.key)).toEqual(
      Array.from({ length: 200 }, (_, n) => `k${n}`),
    );
    expect(await connections('dovetail lookups')).toHaveLength(1);
  });

  test('that are wrong fail alone, with what PostgreSQL says', async () => {
    const wrong = database.rows({ name: 'wrong', text: 'select 1 / $1::int' }, [0]);
    const right = database.rows(echo, [['a']]);
    await expect(wrong).rejects.toMatchObject({ code: '22012' });
    expect(await right).toEqual([{ key: 'a' }]);
  });

  test('give bigint as numbers, dates as text, and times as Date', async () => {
    const text = `select 2147483648::bigint as big, date '2024-02-29' as day, timestamptz '2024-02-29 12:00Z' as at`;
    expect(await database.rows({ name: 'types', text }, [])).toEqual([
      { big: 2147483648, day: '2024-02-29', at: new Date('2024-02-29T12:00:00Z') },
    ]);
  });

  test('give up at their deadline, and what waited behind is answered on a fresh connection', async () => {
    const hasty = open(3000);
    const [before] = await hasty.rows<{ pid: number }>(pid, []);
    const stuck = hasty.rows(sleep, [60]);
    await pause(2500);
    const behind = hasty.rows(echo, [['a']]);
    await expect(stuck).rejects.toThrow('no answer from the database within 3000 ms');
    expect(await behind).toEqual([{ key: 'a' }]);
    expect(await hasty.rows(pid, [])).not.toEqual([before]);
    await hasty.close();
  });

  test('notice nothing when their connection is ended', async () => {
    await database.rows(echo, [['a']]);
    await hangUp('dovetail lookups');
    expect(await database.rows(echo, [['a']])).toEqual([{ key: 'a' }]);
  });

  test('under way when their connection is ended are asked once more', async () => {
    await database.rows(echo, [['a']]);
    const answer = database.rows({ name: 'slow', text: `select 'a' as key from pg_sleep(0.3)` }, []);
    await pause(100);
    await hangUp('dovetail lookups');
    expect(await answer).toEqual([{ key: 'a' }]);
  });

  test('survive a view whose column changed its type (0A000)', async () => {
    await query('create view answers as select 1::int as answer');
    const view = { name: 'answers', text: 'select answer from answers' };
    expect(await database.rows(view, [])).toEqual([{ answer: 1 }]);
    await query(`drop view answers; create view answers as select 'one'::text as answer`);
    const answers = await Promise.all([1, 2, 3].map(() => database.rows(view, [])));
    expect(answers).toEqual([[{ answer: 'one' }], [{ answer: 'one' }], [{ answer: 'one' }]]);
  });

  test('survive that the server forgot their statements (26000)', async () => {
    await database.rows(echo, [['a']]);
    await database.rows({ name: 'forget', text: 'deallocate all' }, []).catch(() => undefined);
    expect(await database.rows(echo, [['b']])).toEqual([{ key: 'b' }]);
  });

  test('beyond what may be under way are refused at once', async () => {
    const many = Array.from({ length: 1001 }, () => database.rows(echo, [['a']]));
    const outcomes = await Promise.allSettled(many);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(outcomes.at(-1)).toMatchObject({
      reason: new Error('overloaded: 1000 queries wait for the database'),
    });
  });

  test('tell the reason without the password when the database cannot be reached', async () => {
    const url = 'postgresql://user:secret@127.0.0.1:1/mail';
    const away = createDatabase({ url, log: silent, clock: systemClock });
    await expect(away.rows(echo, [['a']])).rejects.toThrow(/^(?!.*secret).*ECONNREFUSED/su);
    await expect(away.rows(echo, [['a']])).rejects.toThrow('the database is away');
    await away.close();
  });
});

describe('a server of several', () => {
  const withHosts = (parameters: string) => {
    const url = new URL(server.url);
    url.searchParams.set('host', `/nowhere,${url.searchParams.get('host')}`);
    return createDatabase({ url: `${url.href}&${parameters}`, log: silent, clock: systemClock });
  };

  test('is the first that answers', async () => {
    const several = withHosts('target_session_attrs=read-write');
    expect(await several.rows(echo, [['a']])).toEqual([{ key: 'a' }]);
    await several.close();
  });

  test('is refused when it is not what was asked for', async () => {
    const several = withHosts('target_session_attrs=standby');
    await expect(several.rows(echo, [['a']])).rejects.toThrow('is not standby');
    await several.close();
  });
});

describe('a transaction', () => {
  beforeEach(() => query('create table written (n int unique)'));

  const write = (n: number) =>
    database.transaction((sql) => sql.rows('insert into written values ($1)', [n]));

  test('is committed when its work is done', async () => {
    await write(1);
    expect(await query('select n from written')).toEqual([{ n: 1 }]);
  });

  test('is rolled back when its work fails, and rejects with that failure', async () => {
    const failing = database.transaction(async (sql) => {
      await sql.rows('insert into written values (2)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await query('select n from written')).toEqual([]);
  });

  test('rejects with the constraint that it hit', async () => {
    await write(3);
    await expect(write(3)).rejects.toMatchObject({ code: '23505', constraint: 'written_n_key' });
  });

  test('that hid a failed statement does not pretend to be committed', async () => {
    const hiding = database.transaction((sql) => sql.rows('select 1 / 0').catch(() => []));
    await expect(hiding).rejects.toThrow('rolled back');
  });

  test('waits while two others are under way', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => write(n)));
    expect(await connections('dovetail changes')).toHaveLength(2);
    expect(await query('select count(*)::int from written')).toEqual([{ count: 10 }]);
  });

  test('takes another connection when the idle one was ended', async () => {
    await write(1);
    await hangUp('dovetail changes');
    await write(2);
    expect(await query('select count(*)::int from written')).toEqual([{ count: 2 }]);
  });
});

describe('a server that is in trouble', () => {
  const answers = (one: Database) =>
    vi.waitFor(async () => expect(await one.rows(echo, [['a']])).toEqual([{ key: 'a' }]), PATIENCE);

  test('with a full connection table is away, and back when there is room', async () => {
    const small = await createTestServer({
      migrated: false,
      settings: { max_connections: '5', superuser_reserved_connections: '0' },
    });
    const crowded = createDatabase({ url: small.url, log: silent, clock: systemClock });
    const leave: (() => void)[] = [];
    const crowd = Array.from({ length: 5 }, () =>
      withClient(small.url, () => new Promise<void>((resolve) => leave.push(resolve))),
    );
    while (leave.length < 5) await pause(5);
    await expect(crowded.rows(echo, [['a']])).rejects.toThrow('too many clients');
    await expect(crowded.rows(echo, [['a']])).rejects.toThrow('the database is away');
    for (const go of leave) go();
    await Promise.all(crowd);
    await answers(crowded);
    await crowded.close();
    await small.stop();
  });

  test('killed under load answers wrongly never, and is asked again when it is back', async () => {
    const own = await createTestServer({ migrated: false });
    const loaded = createDatabase({ url: own.url, log: silent, clock: systemClock });
    let busy = true;
    const wrong: unknown[] = [];
    const load = async (name: string) => {
      while (busy) {
        const rows = await loaded.rows(echo, [[name]]).catch(() => undefined);
        if (rows && (rows as { key: string }[])[0]?.key !== name) wrong.push(rows);
        await pause(1);
      }
    };
    const clients = Array.from({ length: 20 }, (_, n) => load(`client${n}`));
    for (let crash = 0; crash < 3; crash += 1) {
      await pause(100);
      await own.kill();
      await expect(loaded.rows(echo, [['a']])).rejects.toThrow();
      await own.start();
      await answers(loaded);
    }
    busy = false;
    await Promise.all(clients);
    expect(wrong).toEqual([]);
    await loaded.close();
    await own.stop();
  });
});
