/** `dovetail explain login`: why somebody is refused, by what the daemon or Redis counts. */

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { loginClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startRedis } from '../../support/redis.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const USER = 'alice@example.org';
const STRANGER = '203.0.113.7';
let database: TestDatabase;

async function dovetail(line: string, env: Record<string, string> = {}, stdin = ''): Promise<string> {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url, ...env }, stdin });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  expect({ line, code, stderr: words.stderr }).toMatchObject({ line, code: 0 });
  return words.stdout;
}

beforeAll(async () => {
  database = await createTestDatabase();
  await dovetail('domain add example.org');
  await dovetail(`user add ${USER} --password-stdin`, {}, 'correct horse\n');
});
afterAll(() => database?.close());

async function start(changes: Partial<Settings>): Promise<RunningDaemon> {
  const daemon = await runDaemon(database.url, { guessingLongestDelay: 0, ...changes });
  onTestFinished(() => daemon.close());
  return daemon;
}

async function guess(daemon: RunningDaemon, times: number): Promise<void> {
  const client = loginClient(daemon.login);
  for (let n = 0; n < times; n += 1) await client.ask(`V1\tVERIFY\t${USER}\twrong${n}\timap\t${STRANGER}`);
  client.end();
}

const ask = `explain login ${USER} --ip ${STRANGER} --service imap`;

describe('the guard against guessing', () => {
  test('is asked of the daemon, which says how many, of how many, and until when', async () => {
    const daemon = await start({ http: { host: '127.0.0.1', port: 0 } });
    const at = daemon.addresses.find((one) => one.startsWith('inet:'))?.slice('inet:'.length) ?? '';
    const env = { DOVETAIL_HTTP: at };
    await guess(daemon, 3);
    expect(await dovetail(ask, env)).toMatch(
      /203\.0\.113\.0\/24: 3 of 20 wrong passwords, 1 of 50 users since .*: not hindered/,
    );
    await guess(daemon, 20);
    const told = await dovetail(ask, env);
    expect(told).toMatch(/20 of 20 wrong passwords.* UTC: refused until 2\d{3}-.* UTC/);
    expect(told).toMatch(/⇒ may not log in from 203\.0\.113\.7 now, whatever the password/);
    expect(JSON.parse(await dovetail(`${ask} --json`, env))).toMatchObject({
      may_log_in: false,
      guessing: { kind: 'counted', verdict: 'refuse', why: 'passwords', wrong_passwords: 20 },
    });
    const elsewhere = await dovetail(`explain login ${USER} --ip 192.0.2.7`, env);
    expect(elsewhere).toMatch(/192\.0\.2\.0\/24: 0 of 20 wrong passwords, 0 of 50 users: not hindered/);
    expect(elsewhere).toMatch(/⇒ may log in/);
    expect(await dovetail(`explain login ${USER} --ip 127.0.0.1`, env)).toMatch(/nothing is counted there/);
  });

  test('of a daemon that is away is not known, and that is said', async () => {
    const told = await dovetail(ask, { DOVETAIL_HTTP: '127.0.0.1:9' });
    expect(told).toMatch(
      /not known: .*memory of the daemon, and it does not answer at http:\/\/127\.0\.0\.1:9/,
    );
  });

  test('is read from Redis where daemons share one', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    const daemon = await start({ redisUrl: redis.url });
    await guess(daemon, 20);
    const env = { REDIS_URL: redis.url, DOVETAIL_HTTP: '127.0.0.1:9' };
    await expect.poll(() => dovetail(ask, env)).toMatch(/: refused until /);
    await redis.kill();
    expect(await dovetail(ask, env)).toMatch(/not known: the counters are in Redis, and it does not answer/);
  });
});

test('password by password: network, service, app passwords only', async () => {
  await dovetail(`password add ${USER} --service imap --label phone --network 192.0.2.0/24 --generate`);
  const near = await dovetail(`explain login ${USER} --ip 192.0.2.7 --service imap`);
  expect(near).toMatch(/for imap \(phone\): ARGON2ID, from 192\.0\.2\.0\/24 only/);
  expect(await dovetail(ask)).toMatch(
    /for imap \(phone\): not from 203\.0\.113\.7, from 192\.0\.2\.0\/24 only/,
  );
  expect(await dovetail(`explain login ${USER} --service pop3`)).toMatch(/for imap \(phone\): not for pop3/);
  await dovetail(`password app-only --user ${USER}`);
  const appOnly = await dovetail(ask);
  expect(appOnly).toMatch(/for every mail protocol: opens no mail, for this user must use app passwords/);
  expect(appOnly).toMatch(/⇒ gets mail, but may not log in/);
});

test('a suspended password is told with why, since when, and what undoes it', async () => {
  await dovetail(`password add ${USER} --service smtp --label phone --generate`);
  await dovetail(`password suspend ${USER} --service smtp --label phone --because lost`);
  const login = `explain login ${USER} --service smtp`;
  expect(await dovetail(login)).toMatch(
    /for smtp \(phone\): suspended since \S+ \S+ UTC: lost; dovetail password restore alice@example\.org undoes it\n/u,
  );
  await dovetail(`password suspend ${USER}`);
  const told = await dovetail(login);
  expect(told).toMatch(/⇒ gets mail, but may not log in: there is no password that opens anything/u);
  // What it says can be typed: the number is that of the one password.
  const numbered = /\(phone\): suspended .*; dovetail (?<words>password restore \S+ \d+) undoes it/u;
  await dovetail(numbered.exec(told)?.groups?.words ?? '');
  expect(await dovetail(login)).toMatch(/for smtp \(phone\): ARGON2ID/u);
  await dovetail(`password restore ${USER}`);
});
