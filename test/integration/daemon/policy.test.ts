/** The whole daemon at policy.sock: real accounts, changes that are live, and the database killed under load. */

import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log, LogFields } from '../../../src/base/log.ts';
import { policyClient, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';

let server: TestServer;
let daemon: RunningDaemon | undefined;
const sql = (text: string) => withClient(server.url, (client) => client.query(text));

beforeEach(async () => {
  server = await createTestServer({ settings: { max_connections: '12' } });
  await sql("insert into unified.mail_domains (domain, domain_type) values ('example.org', 'virtual')");
  await sql(`insert into unified.users (email, is_locked)
    select 'user' || n || '@example.org', n % 10 = 0 from generate_series(1, 200) as n`);
  await sql('checkpoint');
});

afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
  await server.stop();
});

const DISABLED = '550 5.2.1 This mailbox is disabled';
const UNKNOWN = '550 5.1.1 User unknown';

test('what changes in the database is live, on open connections too, and a refusal is in the log', async () => {
  const events: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void events.push([event, fields]);
  const log: Log = { debug() {}, info: write, warn: write, error: write };
  daemon = await runDaemon(server.url, { log });
  const client = policyClient(daemon.policy);
  const recipient = 'user1@example.org';
  expect(await client.ask({ recipient })).toBe('DUNNO');
  await sql(`update unified.users set is_locked = true where email = '${recipient}'`);
  await expect.poll(() => client.ask({ recipient })).toBe(DISABLED);
  expect(events).toContainEqual([
    'policy.refused',
    expect.objectContaining({ rule: 'recipient-status', recipient, reply: DISABLED }),
  ]);
  await sql(`update unified.users set is_locked = false where email = '${recipient}'`);
  await expect.poll(() => client.ask({ recipient })).toBe('DUNNO');
  expect(await client.ask({ recipient: 'nobody@example.org' })).toBe(UNKNOWN);
  client.end();
});

test('a rule in shadow lets pass what it would refuse', async () => {
  const shadows: LogFields[] = [];
  const log: Log = {
    debug() {},
    info: (event, fields) => void (event === 'policy.shadow' && fields && shadows.push(fields)),
    warn() {},
    error() {},
  };
  const policyRules = [{ name: 'recipient-status', mode: 'shadow' }] as const;
  daemon = await runDaemon(server.url, { log, policyRules });
  const client = policyClient(daemon.policy);
  expect(await client.ask({ recipient: 'user10@example.org' })).toBe('DUNNO');
  await expect.poll(() => shadows).toEqual([expect.objectContaining({ reply: DISABLED })]);
  client.end();
});

interface Tally {
  right: number;
  later: number;
  wrong: string[];
}

/** Asks for mailboxes that are open and some that are shut until told to stop; each answer is checked. */
async function load(path: string, clients: number, stop: AbortSignal, tally: Tally): Promise<void> {
  const run = async (first: number) => {
    const client = policyClient(path);
    for (let n = first; !stop.aborted; n += 7) {
      const who = (n % 200) + 1;
      const action = await client.ask({ recipient: `user${who}@example.org` });
      if (action === (who % 10 === 0 ? DISABLED : 'DUNNO')) tally.right += 1;
      else if (action?.startsWith('DEFER_IF_PERMIT ')) tally.later += 1;
      else tally.wrong.push(`user${who} → ${action}`);
      await pause(1);
    }
    client.end();
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => run(n)));
}

for (const [name, settings] of Object.entries({
  'with what was last known': {},
  without: { lastKnownFor: 0, cacheEntries: 100 },
})) {
  test(`PostgreSQL killed and restarted under load, ${name}: what is right or temporary`, async () => {
    daemon = await runDaemon(server.url, { ...settings, queryDeadline: 500 });
    const stop = new AbortController();
    const tally: Tally = { right: 0, later: 0, wrong: [] };
    const running = load(daemon.policy, 20, stop.signal, tally);
    const answered = (what: 'right' | 'later') => {
      const before = tally[what];
      return expect.poll(() => tally[what]).toBeGreaterThan(before + 20);
    };
    await answered('right');
    for (let round = 0; round < 2; round += 1) {
      await server.kill();
      await answered('later');
      await server.start();
      await answered('right');
    }
    stop.abort();
    await running;
    expect(tally.wrong).toEqual([]);
  });
}
