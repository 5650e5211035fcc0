/** A host that freezes right after the login: reachable, logged in, and silent for ever. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../../../src/database/connect.ts';
import { checkCompatible } from '../../../src/database/migrate.ts';
import { type RunningDaemon, runDaemon, socketmapClient } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createDeafProxy, type DeafProxy } from '../../support/deaf-proxy.ts';

/** Milliseconds: a host that is well has answered by then on a busy machine too. */
const PATIENCE = 2000;

let database: TestDatabase;
let frozen: DeafProxy;
let daemon: RunningDaemon | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
  frozen = await createDeafProxy(database.url);
  frozen.freezeAfterLogin(true);
});

afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
  await frozen.close();
  await database.close();
});

const hostOf = (url: string): string => new URL(url).searchParams.get('host') ?? '';

/** A URL with both hosts, the frozen one first. */
function bothHosts(wish: string): string {
  const url = new URL(database.url);
  url.searchParams.set('host', `${hostOf(frozen.url)},${hostOf(database.url)}`);
  url.searchParams.set('target_session_attrs', wish);
  return url.href;
}

test.each(['primary', 'read-write', 'prefer-standby', 'any'])(
  'the next host is taken when %s is asked for',
  async (wish) => {
    const client = await connect({ url: bothHosts(wish), application: 'test', connectTimeout: PATIENCE });
    const { rows } = await client.query('select 1 as one');
    await client.end();
    expect(rows).toEqual([{ one: 1 }]);
  },
);

test('where there is no other host, the reason is told', async () => {
  const url = `${frozen.url}&target_session_attrs=primary`;
  await expect(connect({ url, application: 'test', connectTimeout: PATIENCE })).rejects.toThrow(
    `no answer within ${PATIENCE} ms`,
  );
});

test('the look at the schema ends', async () => {
  await expect(checkCompatible({ url: frozen.url, deadline: 200 })).rejects.toThrow(
    'no answer within 200 ms',
  );
});

test('the daemon starts, answers TEMP, and the truth when the host is well again', async () => {
  daemon = await runDaemon(frozen.url, { deaf: true, queryDeadline: 300 });
  const client = socketmapClient(daemon.socketmap);
  expect(await client.ask('virtual_mailbox_domains example.org')).toMatch(/^TEMP /u);
  frozen.freezeAfterLogin(false);
  await expect.poll(() => client.ask('virtual_mailbox_domains example.org')).toBe('NOTFOUND ');
  client.end();
});
