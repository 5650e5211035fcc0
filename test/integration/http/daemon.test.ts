import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RunningDaemon, runDaemon, socketmapClient } from '../../support/daemon.ts';
import {
  createTestDatabase,
  createTestServer,
  type TestDatabase,
  withClient,
} from '../../support/database.ts';

let database: TestDatabase;
let daemon: RunningDaemon;
const LOOPBACK = { host: '127.0.0.1', port: 0 };

const urlOf = ({ addresses }: RunningDaemon): string =>
  `http://${addresses.find((address) => address.startsWith('inet:'))?.slice('inet:'.length)}`;
const get = (path: string) => fetch(`${urlOf(daemon)}${path}`);

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.url, (client) =>
    client.query(`insert into unified.mail_domains (domain) values ('example.org')`),
  );
  daemon = await runDaemon(database.url, { http: LOOPBACK });
});

afterAll(async () => {
  await daemon?.close();
  await database?.close();
});

describe('the HTTP listener', () => {
  test('says that the process is alive and that it is ready', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'alive' });
    const ready = await get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', reasons: [] }]);
  });

  test('counts what the sockets answered, cached or not', async () => {
    const client = socketmapClient(daemon.socketmap);
    for (let n = 0; n < 5; n += 1) await client.ask('virtual_mailbox_domains example.org');
    await client.ask('virtual_mailbox_domains elsewhere.net');
    client.end();
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const lines = (await response.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'dovetail_lookups_total{map="virtual_mailbox_domains",answer="found"} 5',
        'dovetail_lookups_total{map="virtual_mailbox_domains",answer="absent"} 1',
        'dovetail_immediate_answers_total{protocol="socketmap"} 4',
        'dovetail_answer_seconds_count{protocol="socketmap"} 2',
        'dovetail_answer_seconds_bucket{le="+Inf",protocol="socketmap"} 2',
        'dovetail_listening_for_changes 1',
        'dovetail_ready 1',
      ]),
    );
  });

  const refusals: Record<string, [path: string, init: RequestInit, status: number]> = {
    'a path that is none': ['/nothing', {}, 404],
    'a method that a path has not': ['/healthz', { method: 'POST' }, 404],
    'a broken percent sign': ['/%zz', {}, 404],
  };
  test.each(Object.entries(refusals))('%s is refused', async (_, [path, init, status]) => {
    const response = await fetch(`${urlOf(daemon)}${path}`, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(await response.text()).not.toContain('node_modules');
  });

  test('a port that is taken does not keep the mail waiting, and is taken over when it is free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const second = await runDaemon(database.url, { http: { host: '127.0.0.1', port } });
    onTestFinished(() => second.close());
    const client = socketmapClient(second.socketmap);
    expect(await client.ask('virtual_mailbox_domains example.org')).toBe('OK example.org');
    client.end();
    await new Promise((resolve) => other.close(resolve));
    const alive = () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(alive).toBe(200);
  });
});

test('with the database away /readyz says so, and /healthz stays well', async () => {
  const server = await createTestServer();
  const lonely = await runDaemon(server.url, { http: LOOPBACK });
  onTestFinished(() => lonely.close());
  const ask = async (path: string) => fetch(`${urlOf(lonely)}${path}`);
  expect((await ask('/readyz')).status).toBe(200);
  await server.stop();
  await expect.poll(async () => (await ask('/readyz')).status).toBe(503);
  expect(await (await ask('/readyz')).json()).toMatchObject({
    status: 'not ready',
    reasons: [expect.stringContaining('the database does not answer')],
  });
  expect((await ask('/healthz')).status).toBe(200);
});
