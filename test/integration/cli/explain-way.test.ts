/** `explain recipient | sender` follows an address as Postfix does: rewritten, expanded, sent. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await must('domain add example.org');
  await must('domain add relayed.example --type relay --transport smtp:[10.0.0.9]');
  for (const user of ['alice', 'bob']) await must(`user add ${user}@example.org --no-password --quota 2G`);
  await must('alias add team@example.org alice@example.org friend@elsewhere.example');
  await must('alias add out@example.org friend@far.example');
  await must('map add recipient_canonical_maps old@example.org new@example.org');
  await must('map add canonical_maps new@example.org team@example.org');
  await must('map add sender_canonical_maps bob@example.org robert@example.org');
  await must('map add recipient_bcc_maps team@example.org archive@example.org');
  await must('map add sender_bcc_maps robert@example.org copies@example.org');
  await must('map add transport_maps elsewhere.example smtp:[10.0.0.7]');
  await must('map add sender_dependent_relayhost_maps robert@example.org [relay.example]:587');
  await must('map add smtp_tls_policy_maps [relay.example]:587 encrypt');
  await must('map add smtp_tls_policy_maps .partners.example secure');
  await must('map add smtp_tls_policy_maps [10.0.0.9] none');
  await must('map add smtp_sasl_password_maps relay.example --value-stdin', 'host:open-sesame');
  await must('map add smtp_sasl_password_maps ann@example.org --value-stdin', 'ann:open-sesame');
  await must('map add transport_maps paper.example fax:');
  await must('map add transport_maps moved.example smtp:[10.0.0.9]');
  await must('srs rotate');
  await withClient(database.url, (client) =>
    client.query(`update unified.user_quotas set current_usage = quota_value / 2
                  where user_id = (select id from unified.users where email = 'alice@example.org')`),
  );
});
afterAll(() => database?.close());

async function must(line: string, stdin = ''): Promise<string> {
  const env = { DATABASE_URL: database.url, DOVETAIL_SRS_DOMAIN: 'example.org' };
  const { world, words } = createTestWorld({ env, stdin });
  const code = await run(line.split(' '), world, commands, '0.0.0');
  expect({ line, code, stderr: code === 0 ? '' : words.stderr }).toEqual({ line, code: 0, stderr: '' });
  return words.stdout;
}
const json = async (line: string) => JSON.parse(await must(`${line} --json`));

interface Question {
  readonly stage: string;
  readonly map: string;
  readonly key: string;
  readonly reply: string;
}
/** `map key reply`, in their order. */
const way = async (line: string): Promise<string[]> =>
  (await json(line)).way.map(({ map, key, reply }: Question) => `${map} ${key} ${reply}`);
const found = (questions: readonly string[]) => questions.filter((one) => !one.endsWith(' NOTFOUND '));

test('a recipient is rewritten, expanded, copied, and each destination sent on its way', async () => {
  expect(found(await way('explain recipient old@example.org --sender robert@example.org'))).toEqual([
    'recipient_canonical_maps old@example.org OK new@example.org',
    'canonical_maps new@example.org OK team@example.org',
    'virtual_alias_maps team@example.org OK alice@example.org,friend@elsewhere.example',
    'recipient_bcc_maps team@example.org OK archive@example.org',
    'virtual_mailbox_domains example.org OK example.org',
    expect.stringMatching(/^virtual_mailbox_maps alice@example\.org OK /u),
    'sender_dependent_relayhost_maps robert@example.org OK [relay.example]:587',
    'transport_maps friend@elsewhere.example OK smtp:[10.0.0.7]',
  ]);
});

test('what is asked in vain is told too', async () => {
  const questions = await way('explain recipient alice@example.org');
  expect(questions.slice(0, 4)).toEqual([
    'srs_recipient alice@example.org NOTFOUND ',
    'recipient_canonical_maps alice@example.org NOTFOUND ',
    'canonical_maps alice@example.org NOTFOUND ',
    'virtual_alias_maps alice@example.org NOTFOUND ',
  ]);
  expect(questions.slice(-2)).toEqual([
    'transport_maps alice@example.org NOTFOUND ',
    'relocated_maps alice@example.org NOTFOUND ',
  ]);
});

const NOT_SHOWN = 'OK (not shown: dovetail lookup --show-secret)';
const howIsItSent = async (to: string, from: string) =>
  (await way(`explain recipient ${to} --sender ${from}`)).filter((one) =>
    /^smtp_(?:tls_policy|sasl_password)_maps/u.test(one),
  );

test.each([
  [
    'to a relay host, with the password of the host',
    'x@elsewhere2.example',
    'robert@example.org',
    [
      'smtp_tls_policy_maps [relay.example]:587 OK encrypt',
      'smtp_sasl_password_maps robert@example.org NOTFOUND ',
      `smtp_sasl_password_maps relay.example ${NOT_SHOWN}`,
    ],
  ],
  [
    "to a domain, by what is said of a parent domain, with the sender's own password",
    'x@a.partners.example',
    'ann@example.org',
    [
      'smtp_tls_policy_maps a.partners.example NOTFOUND ',
      'smtp_tls_policy_maps .partners.example OK secure',
      `smtp_sasl_password_maps ann@example.org ${NOT_SHOWN}`,
    ],
  ],
  [
    'to the host of a transport, whose null sender has no password',
    'x@moved.example',
    '',
    [
      'smtp_tls_policy_maps [10.0.0.9] OK none',
      'smtp_sasl_password_maps 10.0.0.9 NOTFOUND ',
      'smtp_sasl_password_maps [10.0.0.9] NOTFOUND ',
    ],
  ],
  [
    'to a relayed domain',
    'x@relayed.example',
    '',
    [
      'smtp_tls_policy_maps [10.0.0.9] OK none',
      'smtp_sasl_password_maps 10.0.0.9 NOTFOUND ',
      'smtp_sasl_password_maps [10.0.0.9] NOTFOUND ',
    ],
  ],
  ['to a transport that is not of SMTP', 'x@paper.example', 'ann@example.org', []],
  ['into a mailbox here', 'alice@example.org', 'ann@example.org', []],
])('how it is encrypted, and whether there is a password: %s', async (_what, to, from, questions) => {
  expect(await howIsItSent(to, from)).toEqual(questions);
});

test('mail that is forwarded leaves as ours, and is asked about as that', async () => {
  const questions = await howIsItSent('out@example.org', 'ann@outside.example');
  expect(questions.filter((one) => one.startsWith('smtp_sasl'))).toEqual([
    expect.stringMatching(/^smtp_sasl_password_maps srs0=.+@example\.org NOTFOUND $/u),
    'smtp_sasl_password_maps far.example NOTFOUND ',
  ]);
});

test('no password is told, to people or machines', async () => {
  for (const more of ['', ' --json']) {
    const line = `explain recipient x@far.example --sender ann@example.org${more}`;
    expect(await must(line)).not.toContain('open-sesame');
  }
});

test('the steps are those of the address that it is rewritten to', async () => {
  const { rewritten, result, quotas } = await json('explain recipient old+tag@example.org');
  expect(rewritten).toBe('team+tag@example.org');
  expect(result.targets.map(({ address }: { address: string }) => address)).toEqual([
    'alice+tag@example.org',
    'friend+tag@elsewhere.example',
  ]);
  expect(quotas).toContainEqual(expect.objectContaining({ user: 'alice@example.org' }));
});

test('of a relayed domain the recipients and the way are asked for', async () => {
  expect(found(await way('explain recipient x@relayed.example'))).toEqual([
    'relay_domains relayed.example OK relayed.example',
    expect.stringMatching(/^relay_recipient_maps x@relayed\.example OK /u),
    'transport_maps x@relayed.example OK smtp:[10.0.0.9]',
    'smtp_tls_policy_maps [10.0.0.9] OK none',
  ]);
});

test('an outside sender of forwarded mail becomes an address of ours, and its bounce finds back', async () => {
  const questions = await way('explain recipient out@example.org --sender ann@outside.example');
  const [, ours] = /^srs_sender ann@outside\.example OK (\S+)$/mu.exec(questions.join('\n')) ?? [];
  expect(ours).toMatch(/^SRS0=.+=outside\.example=ann@example\.org$/u);
  expect(questions).toContain(`sender_dependent_relayhost_maps ${ours?.toLowerCase()} NOTFOUND `);
  const bounce = await json(`explain recipient ${ours}`);
  expect(bounce.rewritten).toBe('ann@outside.example');
  expect(bounce.result).toMatchObject({ targets: [{ address: 'ann@outside.example', kind: 'elsewhere' }] });
});

test('it stays as it is where the destination has a way of its own', async () => {
  const questions = await way('explain recipient team@example.org --sender ann@outside.example');
  expect(questions.filter((one) => one.startsWith('sender_dependent_relayhost_maps'))).toEqual([
    'sender_dependent_relayhost_maps ann@outside.example NOTFOUND ',
  ]);
});

test('mail with the null sender is not asked about by sender', async () => {
  const questions = await json('explain recipient team@example.org --sender= --json');
  expect(questions.way.map(({ map }: Question) => map)).not.toContain('sender_dependent_relayhost_maps');
});

test('a sender: who may use it, what it is rewritten to, who gets a copy, by which host it leaves', async () => {
  expect(found(await way('explain sender bob@example.org --login bob@example.org'))).toEqual([
    'smtpd_sender_login_maps bob@example.org OK bob@example.org',
    'sender_canonical_maps bob@example.org OK robert@example.org',
    'sender_bcc_maps robert@example.org OK copies@example.org',
    'sender_dependent_relayhost_maps robert@example.org OK [relay.example]:587',
  ]);
  expect(found(await way('explain sender ann@outside.example'))).toEqual([
    expect.stringMatching(/^srs_sender ann@outside\.example OK SRS0=/u),
  ]);
});

test('people read it as a table, with the quota of each mailbox', async () => {
  const told = await must('explain recipient old@example.org');
  expect(told).toMatch(/rewritten +recipient_canonical_maps +old@example\.org +OK new@example\.org\n/u);
  expect(told).toMatch(/alice@example\.org +storage +1G of 2G \(50 %\)\n/u);
  expect(told).not.toMatch(/NOTFOUND /u);
  const sender = await must('explain sender bob@example.org');
  expect(sender).toMatch(
    /sent +sender_dependent_relayhost_maps +robert@example\.org +OK \[relay\.example\]:587\n/u,
  );
});

test('quotas are told to machines in bytes', async () => {
  const { quotas } = await json('explain recipient team@example.org');
  expect(quotas).toContainEqual(
    expect.objectContaining({
      user: 'alice@example.org',
      quota_type: 'storage',
      usage: 2 ** 30,
      limit: 2 ** 31,
    }),
  );
});

test('canonical maps that go round end, as in Postfix', async () => {
  await must('map add canonical_maps a@example.org b@example.org');
  await must('map add canonical_maps b@example.org a@example.org');
  expect(
    (await way('explain recipient a@example.org')).filter((one) => one.startsWith('canonical_maps')),
  ).toHaveLength(10);
});
