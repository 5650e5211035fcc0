/** A password with which mail spreads, in two daemons on one database: suspended once, it alone, and restored. */

import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { loginClient, policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { startRedis } from '../../support/redis.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const ALICE = 'alice@example.org';
const PHONE = 'phone secret';
const DESK = 'desk secret';
const soon = { timeout: 20_000 };

let database: TestDatabase;
let daemons: RunningDaemon[];

const rows = async (text: string, values: readonly unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, [...values])).rows);

async function dovetail(line: readonly string[]) {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url }, stdin: '' });
  return { code: await run([...line], world, commands, '0.0.0'), ...words };
}
async function must(line: string): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line.split(' '));
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

beforeEach(async () => {
  database = await createTestDatabase();
  await rows(`insert into unified.mail_domains (domain) values ('example.org')`);
  await rows('insert into unified.users (email) values ($1)', [ALICE]);
  for (const [label, password] of Object.entries({ phone: PHONE, desk: DESK })) {
    const [, scheme, text] = /^\{(.+?)\}(.*)$/s.exec(await createPasswordHash(password)) ?? [];
    await rows(
      `insert into unified.user_passwords (user_id, service, label, hash_scheme, password_hash)
       select id, 'smtp', $1, $2, $3 from unified.users`,
      [label, scheme, text],
    );
  }
  await must(`limit add new_recipients 1h 3 --by credential --user ${ALICE} --suspend`);
  await rows('truncate unified.mailbox_events');
  daemons = [];
});
afterEach(async () => {
  for (const daemon of daemons) await daemon.close();
  await database.close();
});

const enforced = (mode: 'enforce' | 'shadow'): Partial<Settings> => ({
  policyRules: [{ name: 'sudden-spread', mode }],
});
const startWith = async (settings: Partial<Settings>) =>
  void daemons.push(await runDaemon(database.url, settings));
const start = async (mode: 'enforce' | 'shadow' = 'enforce', count = 2) => {
  while (daemons.length < count) daemons.push(await runDaemon(database.url, enforced(mode)));
};

/** `OK`, `DISABLED suspended`, … at each daemon. */
async function logIn(password: string, ip = '192.0.2.7'): Promise<string[]> {
  const replies = daemons.map(async ({ login }) => {
    const client = loginClient(login);
    const reply = await client.ask(`V1\tVERIFY\t${ALICE}\t${password}\tsmtp\t${ip}`);
    client.end();
    return reply?.startsWith('OK') ? 'OK' : reply?.replaceAll('\t', ' ');
  });
  return (await Promise.all(replies)).map(String);
}

let messages = 0;
async function send(which: number, to: string, ip = '192.0.2.7'): Promise<string | undefined> {
  const client = policyClient((daemons[which] as RunningDaemon).policy);
  const attributes = { client_address: ip, sasl_username: ALICE, instance: `1a2b.${++messages}.0.0` };
  return client
    .ask({ ...attributes, sender: ALICE, recipient: `${to}@elsewhere.example` })
    .finally(client.end);
}
const spread = async (which: number, count: number, ip?: string): Promise<void> => {
  for (let n = 0; n < count; n += 1) await send(which, `r${++messages}`, ip);
};
const suspended = () => rows(`select label from unified.user_passwords where suspended_at is not null`);
const events = async () =>
  (
    await rows(`select event_type, event_data ->> 'label' as label from unified.mailbox_events order by id`)
  ).map(({ event_type, label }) => [event_type, label].filter(Boolean).join(' '));

describe('a password with which mail spreads', () => {
  test('is suspended, it alone, with an event, a row in the audit trail and words for people', async () => {
    await start();
    expect(await logIn(PHONE)).toEqual(['OK', 'OK']);
    expect(await logIn(DESK, '192.0.2.8')).toEqual(['OK', 'OK']);
    await spread(0, 3);
    expect(await suspended()).toEqual([]);
    const answer = '450 4.7.1 This password is suspended: 4 new recipients in 60 minutes, of 3';
    expect(await send(0, 'one-more')).toBe(answer);
    await vi.waitFor(async () => expect(await suspended()).toEqual([{ label: 'phone' }]), soon);
    await vi.waitFor(
      async () => expect(await logIn(PHONE)).toEqual(['DISABLED suspended', 'DISABLED suspended']),
      soon,
    );
    expect(await logIn(DESK)).toEqual(['OK', 'OK']);
    expect(await send(0, 'zoe', '192.0.2.8')).toBe('DUNNO');
    expect(await events()).toEqual(['password_suspended phone']);
    const [trace] = await rows(
      `select service, resource_id, additional_data from unified.audit_log where action = 'password.suspend'`,
    );
    expect(trace).toEqual({
      service: 'policy',
      resource_id: ALICE,
      additional_data: {
        ...{ service: 'smtp', label: 'phone', because: '4 new recipients in 60 minutes, of 3' },
        ...{ counter: 'new_recipients', used: 4, limit: 3, window: 3600, client: '192.0.2.7' },
      },
    });
    expect(await must(`password list ${ALICE}`)).toMatch(
      /phone .* \d{4}-\d\d-\d\d \d\d:\d\d: 4 new recipients in 60 minutes, of 3/u,
    );
    const revoked = await rows(
      `select login from unified.session_revocations where reason = 'password_suspended'`,
    );
    expect(revoked).toEqual([{ login: ALICE }]);
  });

  test('sends nothing more in the session that was open, and not with what another daemon counted', async () => {
    await start();
    await logIn(PHONE);
    await spread(0, 4);
    await vi.waitFor(
      async () =>
        expect(await send(1, 'zoe')).toBe(
          '450 4.7.1 This password is suspended; your administrator can restore it',
        ),
      soon,
    );
  });

  test('sends nothing more in it when it is suspended by hand either, with the rules as they are shipped', async () => {
    await startWith({ policyRules: null });
    await logIn(PHONE);
    await logIn(DESK, '192.0.2.8');
    expect(await send(0, 'before')).toBe('DUNNO');
    await must(`password suspend ${ALICE} --service smtp --label phone`);
    await vi.waitFor(
      async () =>
        expect(await send(0, 'after')).toBe(
          '450 4.7.1 This password is suspended; your administrator can restore it',
        ),
      soon,
    );
    expect(await send(0, 'desk', '192.0.2.8')).toBe('DUNNO');
    await must(`password restore ${ALICE}`);
    await vi.waitFor(async () => expect(await send(0, 'restored')).toBe('DUNNO'), soon);
  });

  test('is suspended once by two daemons that see it at once', async () => {
    await start();
    await logIn(PHONE);
    await Promise.all([spread(0, 6), spread(1, 6)]);
    await vi.waitFor(async () => expect(await suspended()).toHaveLength(1), soon);
    await Promise.all([spread(0, 3), spread(1, 3)]);
    expect(await events()).toEqual(['password_suspended phone']);
    expect(await rows(`select from unified.audit_log where action = 'password.suspend'`)).toHaveLength(1);
  });

  test('is restored with a command, and not suspended again for what was counted before', async () => {
    await start();
    await logIn(PHONE);
    await spread(0, 4);
    await vi.waitFor(async () => expect(await suspended()).toHaveLength(1), soon);
    expect(JSON.parse(await must(`password restore ${ALICE} --json`))).toMatchObject({
      user: ALICE,
      service: 'smtp',
      label: 'phone',
      restored: true,
      because: '4 new recipients in 60 minutes, of 3',
    });
    await vi.waitFor(async () => expect(await logIn(PHONE)).toEqual(['OK', 'OK']), soon);
    for (let n = 0; n < 3; n += 1) expect(await send(0, `after ${n}`)).toBe('DUNNO');
    expect(await events()).toEqual(['password_suspended phone', 'password_restored phone']);
    expect(await send(0, 'too-many')).toMatch(/^450 4\.7\.1 This password is suspended: 4 new/u);
  });

  test('opens again when it is another password', async () => {
    await start();
    await must(`password suspend ${ALICE} --service smtp --label phone`);
    await vi.waitFor(async () => expect((await logIn(PHONE))[0]).toBe('DISABLED suspended'), soon);
    const [, scheme, text] = /^\{(.+?)\}(.*)$/s.exec(await createPasswordHash('a new one')) ?? [];
    await rows(
      `update unified.user_passwords set hash_scheme = $1, password_hash = $2 where label = 'phone'`,
      [scheme, text],
    );
    await vi.waitFor(async () => expect(await logIn('a new one')).toEqual(['OK', 'OK']), soon);
    expect(await suspended()).toEqual([]);
  });

  test.each([
    ['shadow', false],
    ['off', false],
    ['shadow', true],
  ] as const)('is suspended whatever rates that are %s say (with Redis: %s)', async (mode, hasRedis) => {
    const redis = hasRedis ? await startRedis() : undefined;
    onTestFinished(async () => redis?.kill());
    await must(`limit add messages 1h 2 --user ${ALICE}`);
    const policyRules = [
      { name: 'sudden-spread', mode: 'enforce' },
      { name: 'rate-limits', mode },
    ] as const;
    await startWith({ policyRules, redisUrl: redis?.url ?? null });
    await logIn(PHONE);
    for (let n = 0; n < 3; n += 1) expect(await send(0, `r${n}`)).toBe('DUNNO');
    expect(await send(0, 'one-more')).toBe(
      '450 4.7.1 This password is suspended: 4 new recipients in 60 minutes, of 3',
    );
    await vi.waitFor(async () => expect(await suspended()).toEqual([{ label: 'phone' }]), soon);
  });

  test('is not suspended in shadow', async () => {
    await start('shadow', 1);
    await logIn(PHONE);
    for (let n = 0; n < 6; n += 1) expect(await send(0, `r${n}`)).toBe('DUNNO');
    expect(await suspended()).toEqual([]);
    expect(await logIn(PHONE)).toEqual(['OK']);
  });

  test('is suspended when the database is back, if it was away', async () => {
    await start('enforce', 1);
    await logIn(PHONE);
    await spread(0, 3);
    await rows('alter function unified.suspend_password(bigint, text, jsonb) rename to hidden');
    expect(await send(0, 'four')).toMatch(/^450 /u);
    await rows('alter function unified.hidden(bigint, text, jsonb) rename to suspend_password');
    await vi.waitFor(async () => {
      expect(await send(0, 'five')).toMatch(/^450 /u);
      expect(await suspended()).toEqual([{ label: 'phone' }]);
    }, soon);
  });
});

describe('where the password is not certain', () => {
  test('none is suspended; mail waits, and one event in an hour tells of it', async () => {
    await start();
    await logIn(PHONE);
    await logIn(DESK);
    await spread(0, 3);
    const answer = '450 4.7.1 Mail of this user spreads suddenly: 4 new recipients in 60 minutes, of 3';
    expect(await send(0, 'four')).toBe(answer);
    await spread(1, 5);
    await vi.waitFor(async () => expect(await events()).toEqual(['sudden_spread']), soon);
    expect(await suspended()).toEqual([]);
    expect(await logIn(PHONE)).toEqual(['OK', 'OK']);
  });
});

describe('the commands', () => {
  const suspend = (...more: string[]) => dovetail(['password', 'suspend', ALICE, ...more]);
  const restore = (...more: string[]) => dovetail(['password', 'restore', ALICE, ...more]);

  test('say which, where several are suspended', async () => {
    await suspend('--service', 'smtp', '--label', 'phone', '--because', 'phone lost');
    await suspend('--service', 'smtp', '--label', 'desk');
    expect(await restore()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/several that are suspended: \d+ \(.*phone\), \d+ \(.*desk\)/u),
    });
    expect(await restore('--label', 'phone')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('It was suspended because: phone lost.'),
    });
    const [one] = JSON.parse((await dovetail(['password', 'list', ALICE, '--json'])).stdout).filter(
      (row: { suspended_at: string | null }) => row.suspended_at,
    );
    expect(one).toMatchObject({ label: 'desk', suspended_because: 'by hand' });
    expect(await restore(String(one.id))).toMatchObject({ code: 0 });
    expect(await restore()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such suspended password'),
    });
  });

  test.each([
    [['suspend', ALICE, '--service', 'smtp', '--label', 'tablet'], 1, 'does not have'],
    [['suspend', ALICE, '--because', ' '], 2, 'no line of text'],
    [['suspend', 'nobody@example.org'], 1, 'no user'],
    [['restore', ALICE, 'phone'], 2, 'no number'],
    [['restore', ALICE], 1, 'no such suspended password'],
  ])('refuse: password %j', async (line, code, words) => {
    expect(await dovetail(['password', ...line])).toMatchObject({
      code,
      stderr: expect.stringContaining(words),
    });
  });

  test.each([
    ['new_recipients 1h 3 --suspend', 'by credential'],
    ['new_recipients 1h 3 --by credential --suspend --permanent', 'exclude one another'],
  ])('refuse: limit add %s', async (line, words) => {
    expect(await dovetail(`limit add ${line}`.split(' '))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words),
    });
  });
});
