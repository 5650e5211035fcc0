/* Usage and what it tells: one event at each crossing, whoever writes, and every daemon hears of a full mailbox. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { quotaFacts } from '../../../src/database/limits.ts';
import { withClient } from '../../support/database.ts';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
beforeEach(async () => {
  await schema.clear();
  await schema.rows(`
    insert into unified.users (username, email) values ('bob', 'bob@example.org'), ('eve', 'eve@example.org');
    insert into unified.user_quotas (user_id, quota_value) select id, 1000 from unified.users where username = 'bob';
    truncate unified.mailbox_events restart identity`);
});
afterAll(() => schema.close());

const use = (usage: number, how = 'false', type = 'storage') =>
  schema.rows(`select unified.record_usage('{bob}', $1, $2, $3)`, [[type], [usage], [how]]);

const events = () =>
  schema.values(
    `select event_type || ' ' || (event_data ->> 'threshold') || ' ' || (event_data ->> 'usage')
     from unified.mailbox_events where event_type ~ '^quota_(?!changed)' order by id`,
  );

test('each crossing is an event once, and falling is one when it is well below', async () => {
  for (const usage of [790, 800, 810, 799, 760, 951, 1000, 1200, 960, 949, 810, 740, 800]) await use(usage);
  expect(await events()).toEqual([
    'quota_warning 80 800',
    'quota_warning 95 951',
    'quota_exceeded 100 1000',
    'quota_ok 80 949',
    'quota_ok 0 740',
    'quota_warning 80 800',
  ]);
});

test('a user may have a percentage of his own, and the daemon other ones', async () => {
  await schema.rows('update unified.user_quotas set warning_percent = 50');
  await use(500);
  await schema.rows(`select unified.record_usage('{bob}', '{storage}', '{850}', '{false}', '{85}')`);
  expect(await events()).toEqual(['quota_warning 50 500']);
});

test('differences add up and never fall below nothing', async () => {
  await use(500);
  await use(300, 'true');
  await use(-5000, 'true');
  expect(await schema.values('select current_usage::int from unified.user_quotas')).toEqual([0]);
  expect(await events()).toEqual(['quota_warning 80 800', 'quota_ok 0 0']);
});

test('who has no limit is counted and never warned, and a limit of nothing is used up', async () => {
  await schema.rows(
    `select unified.record_usage('{eve,eve,nobody}', '{storage,messages,storage}', '{5000,7,1}')`,
  );
  expect(
    await schema.rows(
      `select quota_type, usage::int, "limit" from unified.quota_status where "user" = 'eve' order by 1`,
    ),
  ).toEqual([
    { quota_type: 'messages', usage: 7, limit: null },
    { quota_type: 'storage', usage: 5000, limit: null },
  ]);
  expect(await events()).toEqual([]);
  await schema.rows('update unified.user_quotas set quota_value = 0 where quota_value = 1000');
  await use(0);
  expect(await events()).toEqual(['quota_exceeded 100 0']);
});

test('a total that came earlier is passed over, whoever brings it', async () => {
  const at = (login: string, usage: number, age: number) =>
    schema.values(`select unified.record_usage($1, '{storage}', $2, '{false}', '{80,95}', $3)`, [
      [login],
      [usage],
      [age],
    ]);
  const usage = () =>
    schema.values('select current_usage::int from unified.user_quotas where current_usage > 0');
  expect(await at('bob', 700, 30)).toEqual([]);
  expect(await at('bob', 1000, 60)).toEqual(['bob']);
  expect(await usage()).toEqual([700]);
  expect(await at('bob', 500, 25)).toEqual(['bob']);
  expect(await at('bob', 400, 10)).toEqual([]);
  expect(await usage()).toEqual([400]);
  await use(100, 'true');
  expect(await at('bob', 600, 0)).toEqual([]);
  expect(await usage()).toEqual([600]);
  expect(await events()).toEqual([]);
});

test('a total of tomorrow, when a clock was ahead, gives way, and is doubted', async () => {
  await use(700);
  await schema.rows(`update unified.user_quotas set reported_at = now() + interval '1 day'`);
  expect(
    await schema.values(
      `select unified.record_usage('{bob}', '{storage}', '{400}', '{false}', '{80,95}', '{1}')`,
    ),
  ).toEqual(['bob']);
  expect(
    await schema.values(
      `select current_usage::int from unified.user_quotas where reported_at between now() - interval '1 minute' and now()`,
    ),
  ).toEqual([400]);
});

test('what Dovecot counts is written where something else is', async () => {
  await use(700);
  await use(3, 'false', 'messages');
  const correct = (kibibytes: number, messages: number, age = 0) =>
    schema.rows(`select unified.correct_usage('{bob,nobody}', $1, $2, '{80,95}', $3)`, [
      [kibibytes, 1],
      [messages, 1],
      age,
    ]);
  const usage = () => schema.values('select current_usage::int from unified.user_quotas order by quota_type');
  await correct(1, 3);
  expect(await usage()).toEqual([3, 700]);
  await correct(1, 2);
  expect(await usage()).toEqual([2, 700]);
  await correct(2, 2);
  expect(await usage()).toEqual([2, 1025]);
  await correct(0, 0, 30);
  expect(await usage()).toEqual([2, 1025]);
  await correct(0, 0);
  expect(await usage()).toEqual([0, 0]);
  expect(await events()).toEqual(['quota_exceeded 100 1025', 'quota_ok 0 0']);
});

test('a mailbox that a smaller limit made full is so from when Dovecot counts it, and told of', async () => {
  await use(700);
  await use(3, 'false', 'messages');
  await schema.rows(`update unified.user_quotas set quota_value = 500 where quota_type = 'storage'`);
  const correct = () => schema.rows(`select unified.correct_usage('{bob}', '{1}', '{3}', '{80,95}', 0)`);
  const full = () =>
    schema.values(
      `select full_since from unified.user_quotas where quota_type = 'storage' and current_usage = 700`,
    );
  await correct();
  const [since] = await full();
  expect(since).toBeInstanceOf(Date);
  await correct();
  expect(await full()).toEqual([since]);
  expect(await events()).toEqual(['quota_exceeded 100 700']);
});

test('two daemons at once tell of a crossing once', async () => {
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withClient(schema.url, (client) =>
        client.query(`select unified.record_usage('{bob}', '{storage}', '{300}', '{true}')`),
      ),
    ),
  );
  expect(await schema.values('select current_usage::int from unified.user_quotas')).toEqual([2400]);
  const told = (await events()).map((event) => `${event as string}`.split(' ')[0]);
  expect(told).toEqual(['quota_warning', 'quota_exceeded']);
});

test('every daemon hears of a mailbox that is full, and that it is full no more, and of nothing else', async () => {
  const forgotten = (usage: number) => schema.announced('dovetail_changes', () => use(usage));
  expect(await forgotten(900)).toEqual([]);
  expect(await forgotten(1000)).toEqual(['bob\nbob@example.org']);
  expect(await forgotten(1100)).toEqual([]);
  expect(await forgotten(999)).toEqual(['bob\nbob@example.org']);
});

test('a domain counts all its mailboxes', async () => {
  await schema.rows(`update unified.mail_domains set quota_bytes = 2000 where domain = 'example.org'`);
  await schema.rows(
    `select unified.record_usage('{bob,eve,eve}', '{storage,storage,messages}', '{900,1100,7}')`,
  );
  expect(
    await schema.rows(
      'select domain, usage::int, percent::float, is_exceeded from unified.domain_quota_status',
    ),
  ).toEqual([{ domain: 'example.org', usage: 2000, percent: 100, is_exceeded: true }]);
  expect(
    await schema.rows(
      `select storage_usage::int, domain_usage::int, domain_limit::int, full_for from unified.lookup_quotas
       where address = 'bob@example.org'`,
    ),
  ).toEqual([{ storage_usage: 900, domain_usage: 2000, domain_limit: 2000, full_for: null }]);
  await schema.rows(`
    update unified.user_quotas set quota_unit = 'MB', current_usage = 3 where quota_type = 'storage'
      and user_id = (select id from unified.users where username = 'bob')`);
  expect(await schema.values(`select unified.usage_of_domain('example.org')::int`)).toEqual([
    3 * 1024 ** 2 + 1100,
  ]);
});

test('nobody who asks about a mailbox has its whole domain summed', async () => {
  const { name, text } = quotaFacts;
  await schema.rows(`prepare ${name} as ${text}`);
  const plan = await schema.values(`explain (verbose) execute ${name}('{bob@example.org}')`);
  expect(plan.join('\n')).not.toContain('usage_of_domain');
});
