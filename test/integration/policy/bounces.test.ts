/** Logs of two Postfixes, each followed by a daemon of its own, on one database: whose password is suspended. */

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { silent } from '../../../src/base/log.ts';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { loginClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { giveSmtpPasswords } from '../../support/passwords.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const ALICE = 'alice@example.org';
const SECRETS = { phone: 'phone secret', desk: 'desk secret' };
const soon = { timeout: 20_000 };

let database: TestDatabase;
let folder: string;
let hosts: { readonly daemon: RunningDaemon; readonly log: string; readonly env: Record<string, string> }[];

const rows = async (text: string, values: readonly unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, [...values])).rows);

async function dovetail(line: string, env: Record<string, string> = {}) {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: database.url, ...env }, stdin: '' });
  return { code: await run(line.split(' '), world, commands, '0.0.0'), ...words };
}
async function must(line: string, env?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line, env);
  expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'dovetail-bounces-'));
  hosts = [];
  await rows(`insert into unified.mail_domains (domain) values ('example.org')`);
  await rows('insert into unified.users (email) values ($1)', [ALICE]);
  await giveSmtpPasswords(database.url, ALICE, SECRETS);
  await must('limit add bounces 1h 3 --by credential --suspend --domain example.org');
  await rows('truncate unified.mailbox_events');
});
afterEach(async () => {
  for (const { daemon } of hosts) await daemon.close();
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

async function start(settings: Partial<Settings> = {}): Promise<void> {
  const log = join(folder, `mail.log.${hosts.length}`);
  writeFileSync(log, '');
  const daemon = await runDaemon(database.url, {
    policyRules: [{ name: 'sudden-spread', mode: 'enforce' }],
    http: { host: '127.0.0.1', port: 0 },
    mailLog: log,
    ...settings,
  });
  const at = daemon.addresses.find((one) => one.startsWith('inet:'))?.slice('inet:'.length) ?? '';
  hosts.push({ daemon, log, env: { DOVETAIL_HTTP: at } });
  // From here on what is written is read.
  await vi.waitFor(async () => expect(await metric(hosts.length - 1, 'mail_log_followed')).toBe(1), soon);
}
async function metric(which: number, name: string): Promise<number> {
  const text = await (await fetch(`http://${hosts[which]?.env.DOVETAIL_HTTP}/metrics`)).text();
  const line = text
    .split('\n')
    .find((one) => one.startsWith(`dovetail_${name} `) || one.startsWith(`dovetail_${name}{`));
  return Number(line?.split(' ').at(-1));
}

async function logIn(which: number, label: keyof typeof SECRETS): Promise<string | undefined> {
  const client = loginClient(hosts[which]?.daemon.login ?? '');
  const reply = await client.ask(`V1\tVERIFY\t${ALICE}\t${SECRETS[label]}\tsmtp\t192.0.2.7`);
  client.end();
  return reply?.startsWith('OK') ? 'OK' : reply?.replaceAll('\t', ' ');
}
let messages = 0;
/** A message to those who do not exist, and to those who do; as the log of this host tells. */
function mail(which: number, refused: readonly string[], sent: readonly string[] = []): void {
  const line = (program: string, pid: number, text: string) => {
    const id = `4AAAA${messages.toString(16).toUpperCase()}`;
    appendFileSync(
      hosts[which]?.log ?? '',
      `2026-11-29T08:34:53.123456+01:00 mail postfix/${program}[${pid}]: ${id}: ${text}\n`,
    );
  };
  messages += 1;
  line('submission/smtpd', 10, `client=unknown[192.0.2.7], sasl_method=PLAIN, sasl_username=${ALICE}`);
  const to = (who: string, end: string) =>
    line(
      'smtp',
      11,
      `to=<${who}@y.example>, relay=mx.y.example[192.0.2.9]:25, delay=1, delays=1/0/0/0, ${end}`,
    );
  for (const who of sent) to(who, 'dsn=2.0.0, status=sent (250 2.0.0 ok)');
  for (const who of refused) {
    const said = '550 5.1.1 unknown (in reply to RCPT TO command)';
    to(who, `dsn=5.1.1, status=bounced (host mx.y.example[192.0.2.9] said: ${said})`);
  }
  line('qmgr', 12, 'removed');
}
const upTo = (many: number, name = 'r'): string[] => Array.from({ length: many }, (_, n) => `${name}${n}`);
const suspended = async () =>
  (await rows('select label from unified.user_passwords where suspended_at is not null')).map(
    ({ label }) => label,
  );
const events = async () =>
  (await rows('select event_type from unified.mailbox_events order by id')).map(
    ({ event_type }) => event_type,
  );
/** Until all that stands in the log was counted. */
const isHeard = (which: number, lines: number) =>
  vi.waitFor(async () => expect(await metric(which, 'mail_log_lines_total')).toBe(lines), soon);

describe('a password whose mail comes back', () => {
  test('is suspended, with an event, a row in the audit trail and words for people', async () => {
    await start();
    await logIn(0, 'phone');
    mail(0, upTo(3), ['zoe', 'yan']);
    await isHeard(0, 7);
    const rows1 = JSON.parse(await must(`limit usage ${ALICE} --json`, hosts[0]?.env));
    const whose = expect.stringMatching(/^password \d+ \(phone\) of alice@example\.org$/u);
    const use = { by: 'credential', counter: 'bounces', within: 3600, limit: 3, over: 'suspends' };
    expect(rows1).toContainEqual(expect.objectContaining({ ...use, whose, used: 3 }));
    expect(await suspended()).toEqual([]);
    mail(0, ['r3']);
    await vi.waitFor(async () => expect(await suspended()).toEqual(['phone']), soon);
    expect(await events()).toEqual(['password_suspended']);
    const because = '4 bounces in 60 minutes, of 3: 66 % of all recipients';
    const [trace] = await rows(
      `select additional_data from unified.audit_log where action = 'password.suspend'`,
    );
    expect(trace?.additional_data).toEqual({
      ...{ service: 'smtp', label: 'phone', because, counter: 'bounces', used: 4, limit: 3, window: 3600 },
      ...{ share: 66, client: '192.0.2.7' },
    });
    await vi.waitFor(async () => expect(await logIn(0, 'phone')).toBe('DISABLED suspended'), soon);
    expect(await logIn(0, 'desk')).toBe('OK');
    expect(await must(`password restore ${ALICE}`)).toContain(because);
    await vi.waitFor(async () => expect(await logIn(0, 'phone')).toBe('OK'), soon);
    expect(await metric(0, 'bounces_total{outcome="counted"}')).toBe(4);
  });

  test('is only written about where the rule is in shadow, as it is shipped', async () => {
    const shadow = vi.fn();
    await start({
      policyRules: null,
      log: { debug() {}, info: shadow, warn() {}, error() {} },
    } as Partial<Settings>);
    await logIn(0, 'phone');
    mail(0, upTo(4));
    const because = expect.objectContaining({ counter: 'bounces', used: 4, limit: 3, share: 100 });
    const about = expect.objectContaining({ rule: 'sudden-spread', sasl: ALICE, because });
    await vi.waitFor(() => expect(shadow).toHaveBeenCalledWith('policy.shadow', about), soon);
    expect(await suspended()).toEqual([]);
  });

  test('is suspended by the next one, if the database did not take it', async () => {
    await start();
    await logIn(0, 'phone');
    await rows('alter function unified.suspend_password(bigint, text, jsonb) rename to hidden');
    mail(0, upTo(4));
    await isHeard(0, 6);
    await rows('alter function unified.hidden(bigint, text, jsonb) rename to suspend_password');
    await vi.waitFor(async () => {
      mail(0, [`more-${messages}`]);
      expect(await suspended()).toEqual(['phone']);
    }, soon);
  });

  test('is left alone where they are few among many, unless less is asked for', async () => {
    await start();
    await logIn(0, 'phone');
    mail(0, upTo(6), upTo(12, 'there'));
    await isHeard(0, 20);
    expect(await suspended()).toEqual([]);
    await start({ bounceShare: 33 });
    await logIn(1, 'phone');
    mail(1, upTo(6), upTo(12, 'there'));
    await vi.waitFor(async () => expect(await suspended()).toEqual(['phone']), soon);
  });

  test('none is suspended where it is not certain; an event tells of it', async () => {
    await start();
    expect(await logIn(0, 'phone')).toBe('OK');
    expect(await logIn(0, 'desk')).toBe('OK');
    mail(0, upTo(4));
    await vi.waitFor(async () => expect(await events()).toEqual(['sudden_spread']), soon);
    expect(await suspended()).toEqual([]);
    expect(await metric(0, 'bounces_total{outcome="uncertain"}')).toBe(4);
  });

  test('has no counter where no log is followed, and one that was set is lifted for who sends newsletters', async () => {
    await start();
    const unheard = await runDaemon(database.url, { http: { host: '127.0.0.1', port: 0 } });
    onTestFinished(() => unheard.close());
    const at = unheard.addresses.find((one) => one.startsWith('inet:'))?.slice('inet:'.length) ?? '';
    expect(await must(`limit usage ${ALICE}`, { DOVETAIL_HTTP: at })).not.toContain('bounces');
    expect(await must(`limit usage ${ALICE}`, hosts[0]?.env)).toMatch(/bounces +1h +0 +3 +suspends/u);
    await must(`limit add bounces 1h unlimited --by credential --suspend --user ${ALICE}`);
    await vi.waitFor(
      async () => expect(await must(`limit usage ${ALICE}`, hosts[0]?.env)).not.toContain('bounces'),
      soon,
    );
    await logIn(0, 'phone');
    mail(0, upTo(9));
    await isHeard(0, 11);
    expect(await metric(0, 'bounces_total{outcome="unlimited"}')).toBe(9);
  });
});

describe('with Redis', () => {
  /** So many hosts that share it, once each has been heard there. */
  async function startWith(redis: TestRedis, many: number, settings: Partial<Settings> = {}): Promise<void> {
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    for (let which = 0; which < many; which += 1) {
      await start({ redisUrl: redis.url, ...settings });
      const { ask, end } = loginClient(hosts[which]?.daemon.login ?? '');
      await ask(`V1\tVERIFY\t${ALICE}\tguess\timap\t198.51.${which}.7`).finally(end);
    }
    await expect.poll(() => client.keys('dovetail:guessing:wrong:*')).toHaveLength(many);
  }

  /** Who is suspended before the last of four came back, and then, and why; undefined where Redis did not answer in time. */
  async function countTogether() {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    let isLate = false;
    const warn = (event: string): void => {
      isLate ||= event.endsWith('.redis_away');
    };
    await startWith(redis, 2, { log: { ...silent, warn } } as Partial<Settings>);
    await logIn(0, 'phone');
    mail(0, ['a', 'b']);
    await isHeard(0, 4);
    mail(1, ['a', 'b', 'c']);
    await isHeard(1, 5);
    const before = await suspended();
    mail(1, ['d']);
    await expect.poll(async () => isLate || (await suspended()).length > 0).toBe(true);
    const why = 'select suspended_because as why from unified.user_passwords where suspended_at is not null';
    return isLate ? undefined : [before, await suspended(), await rows(why)];
  }

  // On a busy machine Redis may not answer in time, and then each counts alone for a second: once more, from the beginning.
  test('two hosts count together, and a recipient once', async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      const counted = await countTogether();
      if (counted) {
        const why = '4 bounces in 60 minutes, of 3: 66 % of all recipients';
        expect(counted).toEqual([[], ['phone'], [{ why }]]);
        return;
      }
      for (const { daemon } of hosts.splice(0)) await daemon.close();
      await rows('update unified.user_passwords set suspended_at = null, suspended_because = null');
    }
    throw new Error('Redis did not answer in time whenever it was tried');
  });

  test('that goes away, each counts alone', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.kill());
    await startWith(redis, 1);
    await logIn(0, 'phone');
    mail(0, ['a']);
    await isHeard(0, 3);
    await redis.kill();
    mail(0, ['b', 'c', 'd']);
    await vi.waitFor(async () => expect(await suspended()).toEqual(['phone']), soon);
  });
});
