/** `dovetail policy rules` and `policy test`: what a mail log of a real Postfix says of changed rules, and that nothing comes of it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { policyRules } from '../../../src/policy/rules/index.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'dovetail-replay-'));
const log = join(process.cwd(), 'test/golden/mail-logs/postfix-3.10.txt');

async function dovetail(
  words: string[],
  { stdin = '', env = {} }: { stdin?: string; env?: Record<string, string> } = {},
) {
  const { world, words: said } = createTestWorld({ env: { DATABASE_URL: database.url, ...env }, stdin });
  const code = await run(words, world, commands, '0.0.0');
  return { code, ...said };
}

async function replay(words: string[], options: Parameters<typeof dovetail>[1] = {}) {
  const { code, stdout, stderr } = await dovetail(['policy', 'test', ...words, '--json'], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const tables = () =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query(
      `select (select count(*) from unified.greylist_entries) as greylist,
         (select count(*) from unified.audit_log) as audit,
         (select count(*) from unified.mailbox_events) as events`,
    );
    return rows[0];
  });

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.url, async (client) => {
    await client.query("insert into unified.mail_domains (domain) values ('example.org')");
    await client.query(
      `insert into unified.users (email)
       values ('alice@example.org'), ('bob@example.org'), ('locked@example.org')`,
    );
    await client.query("update unified.users set is_locked = true where email like 'locked%'");
    await client.query(
      `insert into unified.email_aliases (alias_email, destination_email)
       values ('sales@example.org', 'alice@example.org'), ('sales@example.org', 'bob@example.org'), ('team@example.org', 'alice@example.org')`,
    );
    await client.query(
      "insert into unified.rate_limits (counter, window_seconds, max_count) values ('recipients', 3600, 2)",
    );
  });
});

afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true });
});

describe('a mail log', () => {
  test('says whom greylisting would make wait, and nobody is remembered for it', async () => {
    const before = await tables();
    const env = { DOVETAIL_GREYLIST_EXEMPT: 'none' };
    const { differences, ...summary } = await replay([log, '--with', 'greylisting=enforce'], { env });
    expect(summary).toMatchObject({
      requests: 19,
      changes: [{ from: 'pass', to: 'wait', rule: 'greylisting', count: summary.changed }],
      skipped: {},
      unknown: 0,
    });
    expect(differences[0]).toMatchObject({
      state: 'RCPT',
      client: '127.0.0.1',
      today: { action: 'DUNNO', rule: null },
      changed: { action: expect.stringMatching(/^451 4\.7\.1 Greylisted/), rule: 'greylisting' },
    });
    expect(await tables()).toEqual(before);
  });

  test('says whom a limit would stop, by its own time', async () => {
    const { differences, changes } = await replay([log, '--rules', 'rate-limits=enforce'], {
      env: { DOVETAIL_POLICY_RULES: 'rate-limits=shadow' },
    });
    expect(changes).toEqual([{ from: 'pass', to: 'wait', rule: 'rate-limits', count: differences.length }]);
    expect(differences[0]).toMatchObject({
      login: 'alice@example.org',
      changed: { action: expect.stringMatching(/^450 4\.7\.1 Too many recipients: 2 of 2/) },
    });
  });

  test('says whom other limits would stop, and whom no longer, and none of them is written', async () => {
    const env = { DOVETAIL_POLICY_RULES: 'rate-limits=enforce' };
    const written = () =>
      withClient(database.url, async (client) => (await client.query('table unified.rate_limits')).rows);
    const [before, rows] = [await tables(), await written()];
    const lifted = await replay([log, '--with-limit', 'recipients 1h unlimited --user ALICE@example.org'], {
      env,
    });
    expect(lifted.changes).toEqual([
      { from: 'wait', to: 'pass', rule: 'rate-limits', count: lifted.changed },
    ]);
    expect(lifted.differences[0]).toMatchObject({
      login: 'alice@example.org',
      today: { action: expect.stringMatching(/^450 4\.7\.1 Too many recipients: 2 of 2/) },
      changed: { action: 'DUNNO' },
    });
    const file = join(folder, 'limits');
    writeFileSync(file, '# to try\n\nmessages 1h 0 --domain example.org --permanent # none\n');
    const words = ['--with-limits', file, '--with-limit', 'recipients 1h 10'];
    const refused = await replay([log, ...words], { env });
    expect(refused.changed).toBeGreaterThan(0);
    for (const { login, changed } of refused.differences) {
      expect(login).toBe('alice@example.org');
      expect(changed.action).toMatch(/^550 5\.7\.1 Too many messages: 0 of 0 in 60 minutes/);
    }
    expect(await tables()).toEqual(before);
    expect(await written()).toEqual(rows);
  });

  test('in words: both answers, the reason, what the log says, and the sum', async () => {
    const { code, stdout } = await dovetail(['policy', 'test', log, '--rules', 'recipient-status'], {
      env: { DOVETAIL_POLICY_RULES: 'recipient-status=shadow' },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^2\S+Z <> → locked@example\.org \(127\.0\.0\.1\)\n {2}today {4}no objection\n {2}changed {2}recipient-status: 550 5\.2\.1 This mailbox is disabled \(.*\)\n {2}the log {2}refused: 550 5\.2\.1/mu,
    );
    expect(stdout).toMatch(/\n19 requests, 4 answers change\n +4 {2}pass → refuse {2}recipient-status\n/u);
  });

  test('lists so many, and counts all', async () => {
    const words = [log, '--rules', 'recipient-status', '--limit', '1'];
    const env = { DOVETAIL_POLICY_RULES: 'recipient-status=off' };
    expect(await replay(words, { env })).toMatchObject({ changed: 4, differences: [{ state: 'RCPT' }] });
    const { stdout } = await dovetail(['policy', 'test', ...words], { env });
    expect(stdout).toMatch(/\n… and 3 more \(--limit\)\n/u);
  });

  test('is the same from stdin, packed, and in pieces', async () => {
    const text = readFileSync(log, 'utf8');
    const words = ['--rules', 'recipient-status'];
    const env = { DOVETAIL_POLICY_RULES: 'recipient-status=off' };
    const whole = await replay([log, ...words], { env });
    expect(await replay(['-', ...words], { stdin: text, env })).toEqual(whole);
    const half = text.indexOf('\n', text.length / 2) + 1;
    writeFileSync(join(folder, 'mail.log.1.gz'), gzipSync(text.slice(0, half)));
    writeFileSync(join(folder, 'mail.log'), text.slice(half));
    expect(
      await replay([join(folder, 'mail.log.1.gz'), join(folder, 'mail.log'), ...words], { env }),
    ).toEqual(whole);
  });
});

test('a file of requests has no time, and is replayed as well', async () => {
  const stdin = ['alice@example.org', 'nobody@example.org']
    .map((to) => `request=smtpd_access_policy\nprotocol_state=RCPT\nsender=x@y.example\nrecipient=${to}\n\n`)
    .join('');
  const { requests, differences } = await replay(['-', '--with', 'recipient-status=off'], { stdin });
  expect(requests).toBe(2);
  expect(differences).toMatchObject([
    {
      at: null,
      recipient: 'nobody@example.org',
      today: { action: '550 5.1.1 User unknown', rule: 'recipient-status' },
      changed: { action: 'DUNNO', rule: null, because: null },
    },
  ]);
});

const refusals: Record<string, [words: string[], code: number, said: RegExp]> = {
  'nothing to change': [[log], 2, /nothing is to be changed; say what, with --rules, --with or --with-limit/],
  'an unknown rule': [[log, '--with', 'graylisting'], 2, /--with is no list of rules: graylisting/],
  'what is no limit': [
    [log, '--with-limit', 'recipients 1h'],
    2,
    /this is no limit: recipients 1h; write it as `dovetail limit add` reads it/,
  ],
  'a limit for nobody': [
    [log, '--with-limit', 'recipients 1h 5 --user nobody@example.org'],
    1,
    /there is no user nobody@example\.org/,
  ],
  'a limit that cannot be': [
    [log, '--with-limit', 'recipients 1h 5 --by network --domain example.org'],
    2,
    /there can be no such limit/,
  ],
  'a limit of what no log tells': [
    [log, '--with-limit', 'bounces 1h 5 --by credential --suspend'],
    2,
    /stands in no log/,
  ],
  'a limit of nothing': [[log, '--with-limit', 'mails 1h 5'], 2, /mails is none of these/],
  'no such file': [['/nowhere/mail.log', '--rules', 'default'], 1, /\/nowhere\/mail\.log: ENOENT/],
  'what is not packed though its name says so': [
    [join(folder, 'odd.gz'), '--rules', 'default'],
    1,
    /odd\.gz: incorrect header check/,
  ],
  'no log': [
    [join(folder, 'odd.gz'), '-', '--rules', 'default'].slice(1),
    1,
    /there is no policy request in it/,
  ],
};
test.each(Object.entries(refusals))('refuses %s', async (_, [words, code, said]) => {
  writeFileSync(join(folder, 'odd.gz'), 'no gzip');
  const outcome = await dovetail(['policy', 'test', ...words], { stdin: 'hello\nworld' });
  expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(said) });
});

test('without its database nothing is replayed, and the exit code says that it is not known', async () => {
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const { code, stderr } = await dovetail(['policy', 'test', log, '--rules', 'default'], { env });
  expect({ code, stderr }).toEqual({ code: 75, stderr: expect.stringMatching(/could not find out/) });
});

test('the rules are listed as they are asked', async () => {
  const env = { DOVETAIL_POLICY_RULES: 'rate-limits=shadow, recipient-status/pass' };
  const { stdout } = await dovetail(['policy', 'rules'], { env });
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/^#\s+RULE\s+MODE\s+ON FAILURE\s+ASKED AT\s+KEEPS AWAY$/),
    expect.stringMatching(/^1\s+rate-limits\s+shadow\s+pass\s+RCPT, END-OF-MESSAGE\s+/),
    expect.stringMatching(/^2\s+recipient-status\s+enforce\s+pass\s+RCPT\s+mail to unknown/),
  ]);
  const { stdout: json } = await dovetail(['policy', 'rules', '--json'], { env });
  expect(JSON.parse(json)).toMatchObject([
    {
      order: 1,
      rule: 'rate-limits',
      mode: 'shadow',
      when_unknown: 'pass',
      states: ['RCPT', 'END-OF-MESSAGE'],
    },
    { order: 2, rule: 'recipient-status', mode: 'enforce', when_unknown: 'pass' },
    { order: 3, mode: 'off' },
    ...Array.from({ length: policyRules.length - 3 }, () => ({ mode: 'off' })),
  ]);
});
