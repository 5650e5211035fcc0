import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrateUp } from '../../../src/database/migrate.ts';
import { loginClient, type RunningDaemon, runDaemon, socketmapClient } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';

let server: TestServer;
let daemon: RunningDaemon | undefined;
const sql = (text: string) => withClient(server.url, (client) => client.query(text));

beforeEach(async () => {
  server = await createTestServer({ settings: { max_connections: '12' } });
  await sql("insert into unified.mail_domains (domain, domain_type) values ('example.org', 'virtual')");
  await sql(
    "insert into unified.users (email) select 'user' || n || '@example.org' from generate_series(1, 200) as n",
  );
  await sql(`insert into unified.email_aliases (alias_email, destination_email)
    select 'alias' || n || '@example.org', 'user' || n || '@example.org' from generate_series(1, 200) as n`);
  // The server commits without waiting for its disk: what was just written must survive a kill.
  await sql('checkpoint');
});

afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
  await server.stop();
});

interface Tally {
  ok: number;
  temp: number;
  wrong: string[];
}

/** Asks for mailboxes and aliases that exist, until told to stop; each answer is checked. */
async function load(path: string, clients: number, stop: AbortSignal, tally: Tally): Promise<void> {
  const run = async (first: number) => {
    const client = socketmapClient(path);
    for (let n = first; !stop.aborted; n += 7) {
      const who = `${(n % 200) + 1}@example.org`;
      const [request, right] =
        n % 2
          ? [`virtual_alias_maps alias${who}`, `OK user${who}`]
          : [`virtual_mailbox_maps user${who}`, 'OK example.org/'];
      const reply = await client.ask(request);
      if (reply?.startsWith(right)) tally.ok += 1;
      else if (reply?.startsWith('TEMP ')) tally.temp += 1;
      else tally.wrong.push(`${request} → ${reply}`);
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
  test(`PostgreSQL killed and restarted under load, ${name}: found or TEMP, never NOTFOUND`, async () => {
    daemon = await runDaemon(server.url, { ...settings, queryDeadline: 500 });
    const stop = new AbortController();
    const tally: Tally = { ok: 0, temp: 0, wrong: [] };
    const running = load(daemon.socketmap, 20, stop.signal, tally);
    await expect.poll(() => tally.ok).toBeGreaterThan(0);
    for (let round = 0; round < 2; round += 1) {
      await server.kill();
      await pause(400);
      await server.start();
      await pause(700);
    }
    stop.abort();
    await running;
    expect(tally.wrong).toEqual([]);
    const client = socketmapClient(daemon.socketmap);
    await expect.poll(() => client.ask('virtual_mailbox_maps ghost@example.org')).toBe('NOTFOUND ');
    client.end();
  });
}

describe('while PostgreSQL is away', () => {
  beforeEach(async () => {
    daemon = await runDaemon(server.url, { queryDeadline: 300 });
  });
  const ask = async (request: string) => {
    const client = socketmapClient(daemon?.socketmap ?? '');
    const reply = await client.ask(request);
    client.end();
    return reply;
  };

  test('a remembered absence is not told, a remembered mailbox is', async () => {
    await expect.poll(() => ask('virtual_mailbox_maps user1@example.org')).toBe('OK example.org/user1/');
    await expect.poll(() => ask('virtual_mailbox_maps ghost@example.org')).toBe('NOTFOUND ');
    await server.kill();
    await expect.poll(() => ask('virtual_mailbox_maps ghost@example.org')).toMatch(/^TEMP /u);
    expect(await ask('virtual_mailbox_maps user1@example.org')).toBe('OK example.org/user1/');
    expect(await ask('virtual_mailbox_maps user2@example.org')).toMatch(/^TEMP /u);
  });

  test('a group waits rather than leave out a member that was last known to be locked', async () => {
    await sql("update unified.users set is_locked = true where email = 'user6@example.org'");
    await sql(`insert into unified.email_aliases (alias_email, destination_email)
      values ('pair@example.org', 'user5@example.org'), ('pair@example.org', 'user6@example.org')`);
    await expect.poll(() => ask('virtual_alias_maps pair@example.org')).toBe('OK user5@example.org');
    await server.kill();
    await expect.poll(() => ask('virtual_alias_maps pair@example.org')).toMatch(/^TEMP .*user6@example.org/u);
  });

  test('a login is a temporary failure, not a wrong password', async () => {
    await server.kill();
    const client = loginClient(daemon?.login ?? '');
    expect(await client.ask('V1\tVERIFY\tuser1@example.org\tsecret\timap\t192.0.2.1')).toMatch(/^TEMPFAIL/u);
    expect(await client.ask('V1\tUSERDB\tghost@example.org\t\tlmtp\t')).toMatch(/^TEMPFAIL/u);
    client.end();
  });
});

test('a full connection table is later, and passes', async () => {
  const greedy: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    if (!connected) break;
    greedy.push(client);
  }
  daemon = await runDaemon(server.url, { queryDeadline: 300, deaf: true });
  const client = socketmapClient(daemon.socketmap);
  expect(await client.ask('virtual_mailbox_maps user1@example.org')).toMatch(/^TEMP /u);
  await Promise.all(greedy.map((one) => one.end()));
  await expect.poll(() => client.ask('virtual_mailbox_maps user1@example.org')).toBe('OK example.org/user1/');
  client.end();
});

test('the daemon starts before its database and answers when it is there', async () => {
  await server.kill();
  daemon = await runDaemon(server.url, { queryDeadline: 300, deaf: true });
  const client = socketmapClient(daemon.socketmap);
  expect(await client.ask('virtual_mailbox_domains example.org')).toMatch(/^TEMP /u);
  await server.start();
  await expect.poll(() => client.ask('virtual_mailbox_domains example.org')).toBe('OK example.org');
  client.end();
});

test('a database that does not answer is TEMP after the deadline', async () => {
  daemon = await runDaemon(server.url, { queryDeadline: 200 });
  const client = socketmapClient(daemon.socketmap);
  await expect.poll(() => client.ask('virtual_mailbox_maps user3@example.org')).toMatch(/^OK /u);
  await withClient(server.url, async (blocker) => {
    await blocker.query('begin');
    await blocker.query('lock table unified.users in access exclusive mode');
    expect(await client.ask('virtual_mailbox_maps user4@example.org')).toMatch(/^TEMP /u);
    expect(await client.ask('virtual_mailbox_maps user3@example.org')).toMatch(/^OK /u);
    await blocker.query('rollback');
  });
  await expect.poll(() => client.ask('virtual_mailbox_maps user4@example.org')).toMatch(/^OK /u);
  client.end();
});

describe('a schema that does not fit', () => {
  const newerBreaking = `insert into dovetail.migrations (number, name, checksum, breaking, duration_ms)
    values (999, '999_from_the_future', repeat('0', 64), true, 0)`;

  test('an older one is refused at the start, with what to do', async () => {
    const empty = await createTestServer({ migrated: false });
    await expect(runDaemon(empty.url)).rejects.toThrow(/run dovetail migrate up/u);
    await empty.stop();
  });

  test('a newer one that breaks us is refused at the start', async () => {
    await sql(newerBreaking);
    await expect(runDaemon(server.url)).rejects.toThrow(/999_from_the_future/u);
  });

  test('and ends the daemon that hears of it', async () => {
    daemon = await runDaemon(server.url);
    await sql(newerBreaking);
    await sql("notify dovetail_changes, '*'");
    expect(await daemon.mustEnd).toMatch(/999_from_the_future/u);
  });

  test('a newer one that does not break us is served', async () => {
    await sql(newerBreaking.replace('true', 'false'));
    daemon = await runDaemon(server.url);
    const client = socketmapClient(daemon.socketmap);
    expect(await client.ask('virtual_mailbox_domains example.org')).toBe('OK example.org');
    client.end();
  });

  test('a migration is heard by the daemons that run', async () => {
    daemon = await runDaemon(server.url);
    const heard = withClient(server.url, async (client) => {
      const announced = new Promise((resolve) => client.once('notification', resolve));
      await client.query('listen dovetail_changes');
      await sql("update dovetail.views set checksum = 'another'");
      await migrateUp({ url: server.url });
      return announced;
    });
    expect(await heard).toMatchObject({ payload: '*' });
  });
});
