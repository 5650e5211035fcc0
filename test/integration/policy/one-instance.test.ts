/** One message is asked about many times (each recipient, its end), on many connections: it counts once. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Log, silent } from '../../../src/base/log.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const RECIPIENTS = 20;
const USERS = Array.from({ length: 20 }, (_, n) => `user${n + 1}@example.org`);
const ALICE = 'user1@example.org';

let database: TestDatabase;
let daemons: RunningDaemon[];
/** How often Redis went away, and of how many daemons it is away now. */
let outages: { begun: number; open: number };

beforeEach(async () => {
  database = await createTestDatabase();
  daemons = [];
  outages = { begun: 0, open: 0 };
  const users = USERS.map((email) => `('${email}')`);
  await withClient(database.url, async (client) => {
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    await client.query(`insert into unified.users (email) values ${users.join(', ')}`);
  });
});
afterEach(async () => {
  await Promise.all(daemons.map((daemon) => daemon.close()));
  await database.close();
});

/** Two messages a day for each user, and as many recipients as he likes. */
const limit = (isPermanent: boolean) =>
  withClient(database.url, (client) =>
    client.query(
      `insert into unified.rate_limits (user_id, counter, window_seconds, max_count, is_permanent)
       select id, counter, 86400, max_count, ${isPermanent}
       from unified.users
       cross join (values ('messages', 2), ('recipients', null)) as limits (counter, max_count)`,
    ),
  );

async function open(settings: Partial<Settings> = {}): Promise<RunningDaemon> {
  const log: Log = {
    ...silent,
    warn(event) {
      if (event !== 'limits.redis_away') return;
      outages.begun += 1;
      outages.open += 1;
    },
    info(event) {
      if (event === 'limits.redis_back') outages.open -= 1;
    },
  };
  const daemon = await runDaemon(database.url, { log, ...settings });
  daemons.push(daemon);
  return daemon;
}

/** One question on a connection of its own; without when to try again. */
async function ask(daemon: RunningDaemon, attributes: Record<string, string>): Promise<string | undefined> {
  const client = policyClient(daemon.policy);
  return (await client.ask(attributes).finally(client.end))?.replace(/; try again in .*$/u, '');
}

const of = (user: string) => ({ sender: user, sasl_username: user });
/** The queue file is there as soon as one recipient was taken. */
const QUEUE_ID = '4AbCdEfGhIz';
const atRcpt = (user: string, instance: string, n = 0) => ({
  ...of(user),
  instance,
  queue_id: n > 0 ? QUEUE_ID : '',
  recipient: `friend${n}@elsewhere.example`,
});
const atTheEnd = (user: string, instance: string) => ({
  ...atRcpt(user, instance),
  protocol_state: 'END-OF-MESSAGE',
  recipient_count: '1',
  queue_id: QUEUE_ID,
  size: '1000',
});

/** All recipients of a message at once, by turns through each of the daemons, then its end, if anybody was taken:
 * the different answers. */
async function send(through: readonly RunningDaemon[], user: string, instance: string): Promise<unknown[]> {
  const at = (n: number) => through[n % through.length] as RunningDaemon;
  const recipients = Array.from({ length: RECIPIENTS }, (_, n) => ask(at(n), atRcpt(user, instance, n)));
  const answers = new Set(await Promise.all(recipients));
  if (answers.has('DUNNO')) answers.add(await ask(at(0), atTheEnd(user, instance)));
  return [...answers];
}

const OVER = '450 4.7.1 Too many messages: 2 of 2 in 24 hours';

/** Of three messages, and the second once more, what is said to each. */
async function sendThree(through: readonly RunningDaemon[], user: string): Promise<unknown[][]> {
  const said: unknown[][] = [];
  for (const instance of ['a1.1.1.0', 'a1.1.2.0', 'a1.1.3.0', 'a1.1.2.0'])
    said.push(await send(through, user, instance));
  return said;
}
const TWO_PASS = [['DUNNO'], ['DUNNO'], [OVER], ['DUNNO']];

test('its recipients on twenty connections at once, and its end, are one message', async () => {
  await limit(false);
  const daemon = await open();
  expect(await sendThree([daemon], ALICE)).toEqual(TWO_PASS);
});

test('without an instance each question counts', async () => {
  await limit(false);
  const daemon = await open();
  for (const answer of ['DUNNO', 'DUNNO', OVER]) expect(await ask(daemon, atRcpt(ALICE, ''))).toEqual(answer);
});

describe('with a Redis that two daemons share', () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.kill());

  // On a busy machine Redis may not answer in time, and then each counts alone for a second: once more, with another user.
  test('it is one message whichever of them is asked', async () => {
    await limit(false);
    const two = [await open({ redisUrl: redis.url }), await open({ redisUrl: redis.url })];
    for (const user of USERS) {
      const before = { ...outages };
      const said = await sendThree(two, user);
      if (before.open > 0 || outages.begun > before.begun) continue;
      expect(said).toEqual(TWO_PASS);
      return;
    }
    throw new Error('Redis did not answer in time whenever it was tried');
  });
});

test('who lost his memory between two recipients refuses nothing for good', async () => {
  await limit(true);
  const first = await open();
  expect(await ask(first, atRcpt(ALICE, 'a1.1.1.0'))).toBe('DUNNO');
  await first.close();
  daemons = [];
  const second = await open();
  for (const instance of ['a1.1.2.0', 'a1.1.3.0'])
    expect(await ask(second, atRcpt(ALICE, instance))).toBe('DUNNO');
  expect(await ask(second, atRcpt(ALICE, 'a1.1.4.0'))).toMatch(/^550 5\.7\.1 Too many messages/u);
  expect(await ask(second, atRcpt(ALICE, 'a1.1.1.0', 1))).toMatch(/^450 4\.7\.1 Too many messages/u);
});
