/** Greylisting of two daemons on one database, which is taken away from them. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { createDatabase } from '../../../src/database/connection.ts';
import { createGreylistJournal } from '../../../src/policy/greylist/journal.ts';
import { keysOf } from '../../../src/policy/greylist/keys.ts';
import { policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

let server: TestServer;
const daemons: RunningDaemon[] = [];
const sql = (text: string) => withClient(server.url, (client) => client.query(text));

/** With a delay that a test sets by hand, in the database. */
async function daemon(changes: Parameters<typeof runDaemon>[1] = {}): Promise<RunningDaemon> {
  const policyRules = [{ name: 'greylisting', mode: 'enforce' }] as const;
  const one = await runDaemon(server.url, { policyRules, ...changes });
  daemons.push(one);
  return one;
}

async function ask(at: RunningDaemon, attributes: Record<string, string> = {}): Promise<string> {
  const client = policyClient(at.policy);
  const mail = { sender: 'ann@example.net', recipient: 'alice@example.org', client_address: '192.0.2.7' };
  const action = await client.ask({ ...mail, ...attributes });
  client.end();
  return action ?? 'the end';
}
const GREYLISTED = expect.stringMatching(/^451 4\.7\.1 Greylisted, try again in \d+ s$/u);
const eventually = (look: () => Promise<unknown>, expected: unknown) =>
  expect.poll(look, { interval: 100 }).toEqual(expected);
const remembered = async () =>
  (await sql('select kind, passes from unified.greylist_entries order by kind, id')).rows.map(
    ({ kind, passes }) => `${kind} ${passes}`,
  );
/** What the administrator is told of it. */
async function forget(about: string): Promise<string> {
  const { world, words } = createTestWorld({ env: { DATABASE_URL: server.url }, stdin: '' });
  expect(await run(['greylist', 'forget', about], world, commands, '0.0.0')).toBe(0);
  return words.stdout;
}
/** As if so much time had passed; a daemon that has read it already hears of it. */
async function age(minutes: number): Promise<void> {
  await sql(
    `update unified.greylist_entries set first_seen_at = first_seen_at - interval '${minutes} minutes'`,
  );
  await sql('select unified.announce_everything()');
}

beforeEach(async () => {
  server = await createTestServer();
  await sql(`insert into unified.mail_domains (domain) values ('example.org')`);
  await sql(`insert into unified.users (email) values ('alice@example.org'), ('bob@example.org')`);
});
afterEach(async () => {
  await Promise.all(daemons.splice(0).map((one) => one.close()));
  await server.stop();
});

test('who waits at one node passes at the other, and neither forgets over a restart', async () => {
  const [first, second] = [await daemon(), await daemon()];
  expect(await ask(first)).toEqual(GREYLISTED);
  await eventually(remembered, ['triplet 0']);
  expect(await ask(second)).toEqual(GREYLISTED);
  await age(6);
  await eventually(() => ask(second), 'DUNNO');
  await eventually(remembered, ['client 1', 'triplet 1']);
  await first.close();
  expect(await ask(await daemon())).toBe('DUNNO');
});

test('a network is known after so many mails, for mail of that domain', async () => {
  const one = await daemon({ greylistKnownAfter: 2 });
  for (const recipient of ['alice@example.org', 'bob@example.org'])
    expect(await ask(one, { recipient })).toEqual(GREYLISTED);
  await eventually(remembered, ['triplet 0', 'triplet 0']);
  await age(6);
  for (const recipient of ['alice@example.org', 'bob@example.org'])
    await eventually(() => ask(one, { recipient }), 'DUNNO');
  await eventually(remembered, ['client 2', 'triplet 1', 'triplet 1']);
  const [sender, client_address] = ['someone@example.net', '192.0.2.200'];
  await eventually(() => ask(one, { sender, client_address }), 'DUNNO');
  expect(await ask(one, { sender: 'someone@else.example', client_address })).toEqual(GREYLISTED);
  await forget('192.0.2.0/24');
  await eventually(() => ask(one, { sender, client_address }), GREYLISTED);
});

test('a network that becomes known at one node is known to the other, which had asked before', async () => {
  const [first, second] = [await daemon({ greylistKnownAfter: 1 }), await daemon({ greylistKnownAfter: 1 })];
  const other = { recipient: 'bob@example.org' };
  expect(await ask(first)).toEqual(GREYLISTED);
  await eventually(remembered, ['triplet 0']);
  await age(6);
  expect(await ask(second, other)).toEqual(GREYLISTED);
  await eventually(() => ask(first), 'DUNNO');
  await eventually(() => ask(second, other), 'DUNNO');
});

test('whom a user has written to passes', async () => {
  const one = await daemon();
  const sent = {
    sender: 'alice@example.org',
    recipient: 'Ann@Example.net',
    sasl_username: 'alice@example.org',
  };
  expect(await ask(one, sent)).toBe('DUNNO');
  await eventually(remembered, ['correspondent 0']);
  await eventually(() => ask(one), 'DUNNO');
});

test('what an administrator forgets is strange again, at once', async () => {
  const one = await daemon();
  await ask(one, {
    sender: 'alice@example.org',
    recipient: 'ann@example.net',
    sasl_username: 'alice@example.org',
  });
  await eventually(remembered, ['correspondent 0']);
  await eventually(() => ask(one), 'DUNNO');
  expect(await forget('ann@example.net')).toContain('Forgot 1 entry');
  await eventually(() => ask(one), GREYLISTED);
});

test('nobody waits while the database is away, or takes no changes', async () => {
  const one = await daemon();
  expect(await ask(one)).toEqual(GREYLISTED);
  await eventually(remembered, ['triplet 0']);
  await server.kill();
  // The list of who is allowed cannot be read either; no rule here makes mail wait for that.
  await eventually(() => ask(one, { sender: 'new@example.net' }), 'DUNNO');
  await server.start();
  await eventually(() => ask(one, { sender: 'newer@example.net' }), GREYLISTED);
  await sql(`alter function unified.record_greylist(jsonb) rename to was_record_greylist`);
  await eventually(() => ask(one, { sender: 'newest@example.net' }), 'DUNNO');
  await sql(`alter function unified.was_record_greylist(jsonb) rename to record_greylist`);
  await eventually(() => ask(one, { sender: 'last@example.net' }), GREYLISTED);
});

test('what has ended goes, and of too many those that would end first', async () => {
  await sql(`insert into unified.greylist_entries (key, kind, first_seen_at, seen_at, expires_at)
    select md5(n::text)::uuid, 'triplet', now(), now(), now() + interval '1 minute' * (n - 10) from generate_series(1, 100) n`);
  const { rows } = await sql('select unified.purge_greylist(50)::int as gone');
  expect(rows).toEqual([{ gone: 50 }]);
  const left = await sql(
    "select count(*)::int as n, min(expires_at) > now() + interval '30 minutes' as late from unified.greylist_entries",
  );
  expect(left.rows).toEqual([{ n: 50, late: true }]);
});

test('two nodes at once count each pass, and the earlier first time stays', async () => {
  const database = createDatabase({ url: server.url, log: silent, clock: systemClock });
  const nodes = [0, 1].map(() =>
    createGreylistJournal({
      database,
      mayWrite: () => true,
      onWritten: () => undefined,
      clock: systemClock,
      log: silent,
      every: 1,
    }),
  );
  for (let n = 0; n < 200; n += 1) {
    const keys = keysOf('192.0.2.7', 'ann@example.net', `user${n % 20}@example.org`);
    for (const node of nodes) {
      node.record(keys.triplet, 0, 60_000);
      node.record(keys.client, 1, 60_000);
    }
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(nodes.map((node) => node.close()));
  const { rows } = await sql(
    `select kind, count(*)::int as n, sum(passes)::int as passes from unified.greylist_entries group by kind order by kind`,
  );
  expect(rows).toEqual([
    { kind: 'client', n: 1, passes: 400 },
    { kind: 'triplet', n: 20, passes: 0 },
  ]);
  await database.close();
});
