/** SIGHUP: settings are read again, while Postfix is answered. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { socketmapClient } from '../../support/daemon.ts';
import { spawnDaemon } from '../../support/daemon-process.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { startSystemdPeer } from '../../support/systemd-peer.ts';
import { freshPath } from '../net/server.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.url, async (client) => {
    await client.query(
      "insert into unified.mail_domains (domain, domain_type) values ('example.org', 'virtual')",
    );
    await client.query("insert into unified.users (email) values ('alice@example.org')");
  });
});

afterAll(() => database?.close());

const WITH_PLUS = 'virtual_mailbox_maps alice+x@example.org';
const WITH_EQUALS = 'virtual_mailbox_maps alice=x@example.org';
const ALICE = 'OK example.org/alice/';

test('what can be changed live is in force at once, on open connections too', async () => {
  const daemon = await spawnDaemon(database.url);
  const client = socketmapClient(daemon.socketmap);
  expect(await client.ask(WITH_PLUS)).toBe(ALICE);
  expect(await client.ask(WITH_EQUALS)).toBe('NOTFOUND ');

  daemon.configure({ recipient_delimiter: '=', log_level: 'debug', trust_for: '1min' });
  const reloaded = daemon.next('settings.reloaded');
  daemon.kill('SIGHUP');
  expect(await reloaded).toMatchObject({
    changed: { recipient_delimiter: '=', log_level: 'debug', trust_for: '1min' },
  });
  expect(await client.ask(WITH_PLUS)).toBe('NOTFOUND ');
  expect(await client.ask(WITH_EQUALS)).toBe(ALICE);
  client.end();
});

test('bad settings change nothing, and every problem is told', async () => {
  const daemon = await spawnDaemon(database.url);
  daemon.configure({ recipient_delimiter: '=', log_level: 'loud', drain_tiem: '1s' });
  const problems = daemon.next('settings.refused');
  daemon.kill('SIGHUP');
  const { problems: told } = await problems;
  expect(told).toEqual([
    expect.stringMatching(/^drain_tiem in .* is no setting of dovetail$/u),
    'log_level must be one of debug, info, warn, error, not "loud"',
  ]);
  const client = socketmapClient(daemon.socketmap);
  expect(await client.ask(WITH_PLUS)).toBe(ALICE);
  client.end();
});

test('what needs a restart is named, and stays as it was', async () => {
  const daemon = await spawnDaemon(database.url);
  daemon.configure({ run_dir: '/nowhere', cache_entries: '200', recipient_delimiter: '=' });
  const pinned = daemon.next('settings.need_restart');
  const reloaded = daemon.next('settings.reloaded');
  daemon.kill('SIGHUP');
  expect(await pinned).toMatchObject({ level: 'warn', settings: ['run_dir', 'cache_entries'] });
  expect(await reloaded).toMatchObject({ changed: { recipient_delimiter: '=' } });
});

test('a limit of connections holds for the next ones', async () => {
  const daemon = await spawnDaemon(database.url);
  const first = socketmapClient(daemon.socketmap);
  expect(await first.ask(WITH_PLUS)).toBe(ALICE);
  daemon.configure({ max_connections: '1' });
  const reloaded = daemon.next('settings.reloaded');
  daemon.kill('SIGHUP');
  await reloaded;
  const second = socketmapClient(daemon.socketmap);
  expect(await second.ask(WITH_PLUS)).toBeUndefined();
  expect(await first.ask(WITH_PLUS)).toBe(ALICE);
  first.end();
});

test('systemd is told: ready, reloading since when, ready again; and of the end', async () => {
  const systemd = await startSystemdPeer(freshPath());
  const daemon = await spawnDaemon(database.url, { env: { NOTIFY_SOCKET: systemd.path } });
  await expect.poll(() => systemd.notices).toHaveLength(1);
  daemon.configure({ log_level: 'loud' });
  const before = process.hrtime.bigint() / 1000n;
  daemon.kill('SIGHUP');
  await expect.poll(() => systemd.notices).toHaveLength(3);
  const reloading = /^RELOADING=1 MONOTONIC_USEC=(\d+)$/u.exec(systemd.notices[1] ?? '');
  expect(BigInt(reloading?.[1] ?? 0)).toBeGreaterThanOrEqual(before);
  expect(systemd.notices[2]).toMatch(/^READY=1 STATUS=.*settings refused/u);
  daemon.kill('SIGTERM');
  await expect.poll(() => systemd.notices[3]).toBe('STOPPING=1');
  expect(systemd.notices[0]).toMatch(/^READY=1 STATUS=Answering at unix:/u);
});

test('the watchdog is fed while the event loop turns, and not for another process', async () => {
  const systemd = await startSystemdPeer(freshPath());
  const env = { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: '200000' };
  await spawnDaemon(database.url, { env });
  await expect
    .poll(() => systemd.notices.filter((notice) => notice === 'WATCHDOG=1').length)
    .toBeGreaterThan(3);
});
