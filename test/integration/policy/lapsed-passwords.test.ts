/** An SMTP session that was opened with a password which opens nothing any more, at auth.sock and policy.sock. */

import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { loginClient, policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { startRedis } from '../../support/redis.ts';
import { AUDIENCE, createIssuer, ISSUER } from '../../support/tokens.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const ALICE = 'alice@example.org';
const IP = '192.0.2.7';
const REPLACED = '450 4.7.1 Your password was changed or removed; log in again';
const soon = { timeout: 60_000 };

let database: TestDatabase;
let daemons: RunningDaemon[];

const rows = async (text: string, values: readonly unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, [...values])).rows);

async function must(line: string, stdin = ''): Promise<void> {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url }, stdin });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  expect({ line, code, stderr: words.stderr }).toEqual({ line, code: 0, stderr: '' });
}
const change = (label: string, password: string) =>
  must(`password set ${ALICE} --service smtp --label ${label} --password-stdin`, `${password}\n`);

async function addPassword(label: string, stored: string, service = 'smtp'): Promise<void> {
  const [, scheme, text] = /^\{(.+?)\}(.*)$/s.exec(stored) ?? [];
  await rows(
    `insert into unified.user_passwords (user_id, service, label, hash_scheme, password_hash)
     select id, $4, $1, $2, $3 from unified.users`,
    [label, scheme, text, service],
  );
}

beforeEach(async () => {
  daemons = [];
  database = await createTestDatabase();
  await rows(`insert into unified.mail_domains (domain) values ('example.org')`);
  await rows('insert into unified.users (email) values ($1)', [ALICE]);
  await addPassword('phone', await createPasswordHash('phone secret'));
  await addPassword('desk', await createPasswordHash('desk secret'));
});
afterEach(async () => {
  for (const daemon of daemons) await daemon.close();
  await database.close();
});

async function start(settings: Partial<Settings> = {}): Promise<RunningDaemon> {
  const daemon = await runDaemon(database.url, settings);
  daemons.push(daemon);
  return daemon;
}

/** As the process of Postfix does in which a client logs in. */
const logIn = (daemon: RunningDaemon, password: string, pid: number): Promise<string> =>
  authenticate(daemon, 'PLAIN', `\0${ALICE}\0${password}`, pid);
const logInByToken = (daemon: RunningDaemon, token: string, pid: number): Promise<string> =>
  authenticate(daemon, 'OAUTHBEARER', `n,a=${ALICE},\x01auth=Bearer ${token}\x01\x01`, pid);

function authenticate(
  { auth }: RunningDaemon,
  mechanism: string,
  message: string,
  pid: number,
): Promise<string> {
  const response = Buffer.from(message).toString('base64');
  const socket = connect(auth);
  onTestFinished(() => void socket.destroy());
  const about = `service=smtp\trip=${IP}\tresp=${response}`;
  socket.write(`VERSION\t1\t2\nCPID\t${pid}\nAUTH\t1\t${mechanism}\t${about}\n`);
  return new Promise((resolve) => {
    let text = '';
    socket.on('error', () => resolve('gone'));
    socket.on('data', (chunk) => {
      text += chunk;
      const [, word] = /^(OK|FAIL)\t/m.exec(text) ?? [];
      if (word) resolve(word);
    });
  });
}

let messages = 0;
/** What Postfix is told of the next message of that process. */
async function send({ policy }: RunningDaemon, pid: number): Promise<string | undefined> {
  const client = policyClient(policy);
  const instance = `${pid.toString(16)}.${++messages}.0.0`;
  return client
    .ask({
      client_address: IP,
      sasl_username: ALICE,
      instance,
      sender: ALICE,
      recipient: 'zoe@elsewhere.example',
    })
    .finally(client.end);
}
const becomes = (answer: string, daemon: RunningDaemon, pid: number) =>
  vi.waitFor(async () => expect(await send(daemon, pid)).toBe(answer), soon);

describe('mail in a session that was open', () => {
  test('waits when its password was changed, and goes on with the new one', async () => {
    const daemon = await start();
    expect(await logIn(daemon, 'phone secret', 4711)).toBe('OK');
    expect(await logIn(daemon, 'desk secret', 4712)).toBe('OK');
    expect(await send(daemon, 4711)).toBe('DUNNO');
    await change('phone', 'a new secret');
    await becomes(REPLACED, daemon, 4711);
    expect(await send(daemon, 4712)).toBe('DUNNO');
    // The same process of Postfix, or another one.
    for (const pid of [4711, 4713]) {
      expect(await logIn(daemon, 'a new secret', pid)).toBe('OK');
      expect(await send(daemon, pid)).toBe('DUNNO');
    }
  });

  test('waits when its password was removed, were it the last one', async () => {
    const daemon = await start();
    expect(await logIn(daemon, 'phone secret', 4711)).toBe('OK');
    expect(await logIn(daemon, 'desk secret', 4712)).toBe('OK');
    await must(`password remove ${ALICE} --service smtp --label phone`);
    await becomes(REPLACED, daemon, 4711);
    expect(await send(daemon, 4712)).toBe('DUNNO');
    await must(`password remove ${ALICE} --service smtp --label desk`);
    await becomes(REPLACED, daemon, 4712);
  });

  test('goes on when the same password got a better hash on that login', async () => {
    await addPassword('old', '{PLAIN}old secret');
    const daemon = await start();
    expect(await logIn(daemon, 'old secret', 4711)).toBe('OK');
    const scheme = async () =>
      (await rows(`select hash_scheme from unified.user_passwords where label = 'old'`))[0]?.hash_scheme;
    await vi.waitFor(async () => expect(await scheme()).toBe('ARGON2ID'), soon);
    // That it is heard of is seen by what came after it.
    await change('desk', 'a new secret');
    await vi.waitFor(async () => expect(await logIn(daemon, 'a new secret', 4712)).toBe('OK'), soon);
    expect(await send(daemon, 4711)).toBe('DUNNO');
  });

  test('goes on where nobody knows by which password it was opened', async () => {
    const daemon = await start();
    const client = loginClient(daemon.login);
    onTestFinished(client.end);
    // Dovecot asks for Postfix and does not tell for which process: it may let him in again out of its own cache.
    expect(await client.ask(`V1\tVERIFY\t${ALICE}\tphone secret\tsmtp\t${IP}`)).toMatch(/^OK\t/u);
    await change('phone', 'a new secret');
    await vi.waitFor(async () => expect(await logIn(daemon, 'phone secret', 1)).toBe('FAIL'), soon);
    expect(await send(daemon, 4711)).toBe('DUNNO');
  });

  const plain = (change: string) => `update unified.user_passwords set ${change} where label = ''`;
  const states: Record<string, [sql: string, undone: string, answer: string]> = {
    'has expired': [
      plain(`expires_at = now() - interval '1 second'`),
      plain('expires_at = null'),
      '450 4.7.1 Your password has expired; set a new one',
    ],
    'must be changed first': [
      plain('must_change_on_next_login = true'),
      plain('must_change_on_next_login = false'),
      '450 4.7.1 Your password must be changed before you can log in again',
    ],
    'is not good from there any more': [
      plain(`allowed_networks = '{198.51.100.0/24}'`),
      plain(`allowed_networks = '{192.0.2.0/24}'`),
      '450 4.7.1 This login is not good any more; log in again',
    ],
    'was replaced by app passwords, for him': [
      'insert into unified.app_password_rules (user_id) select id from unified.users',
      'delete from unified.app_password_rules',
      '450 4.7.1 This login is not good any more; log in again',
    ],
    'was replaced by app passwords, for his domain': [
      `insert into unified.app_password_rules (domain) values ('example.org')`,
      'delete from unified.app_password_rules',
      '450 4.7.1 This login is not good any more; log in again',
    ],
  };
  describe.each(Object.entries(states))('waits while its password %s,', (_, [sql, undone, answer]) => {
    test('and that of his others goes on', async () => {
      await addPassword('', await createPasswordHash('plain secret'), 'dovecot');
      const daemon = await start();
      expect(await logIn(daemon, 'plain secret', 4711)).toBe('OK');
      expect(await logIn(daemon, 'desk secret', 4712)).toBe('OK');
      expect(await send(daemon, 4711)).toBe('DUNNO');
      await rows(sql);
      await becomes(answer, daemon, 4711);
      expect(await logIn(daemon, 'plain secret', 4713)).toBe('FAIL');
      expect(await send(daemon, 4712)).toBe('DUNNO');
      await rows(undone);
      await becomes('DUNNO', daemon, 4711);
    });

    test('also where Dovecot asked for Postfix, if it was his only one from there', async () => {
      await addPassword('', await createPasswordHash('plain secret'), 'dovecot');
      const daemon = await start();
      const client = loginClient(daemon.login);
      onTestFinished(client.end);
      const logInBy = (password: string) => client.ask(`V1\tVERIFY\t${ALICE}\t${password}\tsmtp\t${IP}`);
      expect(await logInBy('plain secret')).toMatch(/^OK\t/u);
      await rows(sql);
      await becomes(answer, daemon, 4711);
      expect(await logInBy('desk secret')).toMatch(/^OK\t/u);
      expect(await send(daemon, 4711)).toBe('DUNNO');
    });
  });

  const ends: Record<string, string> = {
    'may use no mail': `insert into unified.user_roles (user_id, role_name) select id, 'no_email' from unified.users`,
    'is locked': 'update unified.users set is_locked = true',
    'is switched off': 'update unified.users set is_active = false',
    'has a domain that is switched off': 'update unified.mail_domains set is_active = false',
  };
  test.each(Object.entries(ends))('is refused where he %s, were it opened by a token', async (_, sql) => {
    const jwtKeys = join(inject('runFolder'), `lapsed-${process.pid}.json`);
    const issuer = await createIssuer();
    issuer.write(jwtKeys);
    const daemon = await start({ jwtKeys, jwtIssuer: ISSUER, jwtAudience: AUDIENCE });
    expect(await logIn(daemon, 'desk secret', 4711)).toBe('OK');
    expect(await logInByToken(daemon, await issuer.sign({ email: ALICE }), 4712)).toBe('OK');
    for (const pid of [4711, 4712]) expect(await send(daemon, pid)).toBe('DUNNO');
    await rows(sql);
    for (const pid of [4711, 4712]) await becomes('554 5.7.1 This account may not send mail', daemon, pid);
  });

  test('goes on after the daemon began anew, which does not know it any more', async () => {
    const before = await start();
    expect(await logIn(before, 'phone secret', 4711)).toBe('OK');
    await change('phone', 'a new secret');
    await becomes(REPLACED, before, 4711);
    const after = await start();
    expect(await send(after, 4711)).toBe('DUNNO');
  });
});

describe('with a Redis that two daemons share', () => {
  test('both know it, and so does one that begins anew; while it is away each knows its own', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    const shared = { redisUrl: redis.url };
    const [one, other] = [await start(shared), await start(shared)];
    await vi.waitFor(async () => {
      expect(await logIn(one, 'phone secret', 4711)).toBe('OK');
      await change('phone', 'phone secret');
      await becomes(REPLACED, one, 4711);
      expect(await send(other, 4711)).toBe(REPLACED);
    }, soon);
    const third = await start(shared);
    await becomes(REPLACED, third, 4711);
    expect(await logIn(other, 'phone secret', 4712)).toBe('OK');
    await becomes('DUNNO', one, 4712);
    await redis.kill();
    expect(await send(one, 4711)).toBe(REPLACED);
    expect(await send(third, 4711)).toBe('DUNNO');
  });
});
