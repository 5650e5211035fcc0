/** Guessing at the doors of a whole daemon. */

import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createNames } from '../../../src/auth/guessing/names.ts';
import { keyOfSecret } from '../../../src/auth/guessing/shared-key.ts';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { parseStoredHash } from '../../../src/auth/stored-hash.ts';
import { type Log, silent } from '../../../src/base/log.ts';
import { loginClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

let database: TestDatabase;
let count = 0;
/** A user of each test's own. */
let user: string;
const stranger = '203.0.113.7';

const rows = async (text: string, values: unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, values)).rows);

beforeAll(async () => {
  database = await createTestDatabase();
  await rows("insert into unified.mail_domains (domain) values ('example.org')");
});
afterAll(() => database?.close());

beforeEach(nextUser);
async function nextUser(): Promise<void> {
  count += 1;
  user = `user${count}@example.org`;
  const stored = parseStoredHash(await createPasswordHash('secret'));
  if (stored.kind !== 'hash') throw new Error(stored.why);
  await rows('insert into unified.users (username, email) values ($1, $1)', [user]);
  await rows(
    `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
     select id, 'dovecot', $2, $3 from unified.users where email = $1`,
    [user, stored.scheme.name, stored.text],
  );
}

async function start(changes: Parameters<typeof runDaemon>[1] = {}): Promise<RunningDaemon> {
  // Its delays are another test's.
  const daemon = await runDaemon(database.url, { guessingLongestDelay: 0, ...changes });
  onTestFinished(() => daemon.close());
  return daemon;
}

async function tryPassword(daemon: RunningDaemon, password: string, ip: string): Promise<string> {
  const client = loginClient(daemon.login);
  const answer = await client.ask(`V1\tVERIFY\t${user}\t${password}\timap\t${ip}`);
  client.end();
  return answer?.split('\t')[0] ?? 'closed';
}

async function guess(daemon: RunningDaemon, times: number, ip = stranger): Promise<void> {
  for (let n = 0; n < times; n += 1) expect(await tryPassword(daemon, `wrong${n}`, ip)).toBe('MISMATCH');
}

/** One PLAIN exchange at auth.sock: the word of the answer. */
function sasl(daemon: RunningDaemon, password: string, ip: string): Promise<string> {
  const response = Buffer.from(`\0${user}\0${password}`).toString('base64');
  const socket = connect(daemon.auth);
  onTestFinished(() => void socket.destroy());
  socket.write(
    `VERSION\t1\t2\nCPID\t${process.pid}\nAUTH\t1\tPLAIN\tservice=smtp\trip=${ip}\tresp=${response}\n`,
  );
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      const [, word] = /^(OK|FAIL)\t/m.exec(text) ?? [];
      if (word) resolve(word);
    });
  });
}

test('a guesser is refused even the right password, at every door, and its owner elsewhere is not', async () => {
  const daemon = await start();
  await guess(daemon, 20);
  expect(await tryPassword(daemon, 'secret', stranger)).toBe('MISMATCH');
  expect(await sasl(daemon, 'secret', stranger)).toBe('FAIL');
  expect(await tryPassword(daemon, 'secret', '192.0.2.7')).toBe('OK');
  expect(await sasl(daemon, 'secret', '192.0.2.7')).toBe('OK');
});

test('the audit trail says why, and one event tells of the burst', async () => {
  const daemon = await start();
  await guess(daemon, 20);
  await tryPassword(daemon, 'secret', stranger);
  const reasons = () =>
    rows(
      `select distinct error_message from unified.audit_log
       where user_id = (select id from unified.users where username = $1) order by 1`,
      [user],
    );
  await expect
    .poll(reasons)
    .toEqual([{ error_message: 'mismatch' }, { error_message: 'mismatch: guessing' }]);
  await guess(daemon, 30, '198.51.100.1');
  const events = () =>
    rows(
      `select event_type, user_id is not null as is_user, event_data from unified.mailbox_events
       where username = $1 and event_type = 'login_failed_burst'`,
      [user],
    );
  await expect
    .poll(events)
    .toEqual([{ event_type: 'login_failed_burst', is_user: true, event_data: { wrong_passwords: 20 } }]);
});

test('in shadow nobody is refused, and the log says who would have been', async () => {
  const seen: unknown[] = [];
  const log = {
    debug: () => undefined,
    info: (event: string, fields?: object) => void seen.push({ event, ...fields }),
    warn: () => undefined,
    error: () => undefined,
  };
  const daemon = await start({ guessing: 'shadow', log });
  await guess(daemon, 20);
  expect(await tryPassword(daemon, 'secret', stranger)).toBe('OK');
  expect(seen).toContainEqual({ event: 'guessing.shadow', user, ip: stranger, verdict: 'refuse' });
});

test('switched off, nothing is counted', async () => {
  const daemon = await start({ guessing: 'off' });
  await guess(daemon, 25);
  expect(await tryPassword(daemon, 'secret', stranger)).toBe('OK');
});

describe('in a Redis without a password', () => {
  let redis: TestRedis;
  let client: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
  });
  afterAll(async () => {
    client?.disconnect();
    await redis?.kill();
  });
  /** All marks in sets of a kind. */
  const read = async (kind: string) => {
    const keys = await client.keys(`dovetail:guessing:${kind}:*`);
    return (await Promise.all(keys.map((key) => client.zrange(key, '0', '-1')))).flat();
  };

  test('daemons of one database count together, whatever they call it', async () => {
    /** Of how many daemons Redis is away now, and how often it went. */
    let [away, outages] = [0, 0];
    const log: Log = {
      ...silent,
      warn(event) {
        if (event !== 'guessing.redis_away') return;
        away += 1;
        outages += 1;
      },
      info(event) {
        if (event === 'guessing.redis_back') away -= 1;
      },
    };
    const one = await start({ log, redisUrl: `redis://127.0.0.1:${redis.port}/0` });
    const other = await start({ log, redisUrl: `redis://localhost:${redis.port}` });
    // Until each has its key and its connection.
    for (const [daemon, network] of [
      [one, '198.51.100'],
      [other, '198.51.101'],
    ] as const) {
      await guess(daemon, 1, `${network}.1`);
      const before = (await read('users')).length;
      await expect
        .poll(() => guess(daemon, 1, `${network}.2`).then(async () => (await read('users')).length))
        .toBeGreaterThan(before);
    }
    // On a busy machine Redis may not answer in time, and then each counts alone for a second: once more, with another user.
    for (let tries = 0; tries < 20; tries += 1) {
      await nextUser();
      await expect
        .poll(async () => {
          for (const daemon of [one, other]) await guess(daemon, 1, '198.51.102.1');
          return away;
        })
        .toBe(0);
      const before = { outages, marks: (await read('wrong')).length };
      await guess(one, 20);
      await expect.poll(async () => (await read('wrong')).length).toBeGreaterThanOrEqual(before.marks + 20);
      const heard = [
        await tryPassword(other, 'secret', stranger),
        await tryPassword(other, 'secret', '192.0.2.7'),
      ];
      if (outages > before.outages) continue;
      expect(heard).toEqual(['MISMATCH', 'OK']);
      return;
    }
    throw new Error('Redis did not answer in time whenever it was tried');
  });

  test('who reads all of it, and knows where it is, has nothing to try passwords against', async () => {
    const daemon = await start({ redisUrl: redis.url });
    const markUnder = (key: Buffer) =>
      createNames({ key, allowed: [] })({ user, ip: stranger, password: 'secret' })?.passwordMark;
    expect(await tryPassword(daemon, 'secret', stranger)).toBe('OK');
    const [{ secret } = {}] = await rows('select secret from unified.salt_secrets');
    await expect.poll(() => read('*')).toContain(markUnder(keyOfSecret(secret)));
    const guessed = createHmac('sha256', 'dovetail guessing').update(redis.url).digest();
    expect(await read('*')).not.toContain(markUnder(guessed));
  });
});
