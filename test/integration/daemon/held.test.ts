/** The socket for Dovecot's auth: only where somebody holds it, and only while it answers. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { waitUntil } from '../../../src/demo/processes.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Holder, holdSocket } from '../../support/held.ts';
import { connect } from '../net/peer.ts';

const PROGRAM = join(import.meta.dirname, '../../../dist/dovetail.js');
const ASK = 'VERSION\tauth-master\t1\t0\n1\tUSER\t1\tuser=nobody@example.org\tprotocol=lmtp\n';
const ANSWER = 'VERSION\tauth-worker\t1\t0\nPROCESS-LIMIT\t100\n1\tNOTFOUND\t\n';

let database: TestDatabase;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.close());

/** A folder of its own, with somebody who holds a socket there under this name. */
async function hold(name: string, env: Record<string, string> = {}) {
  count += 1;
  const folder = join(inject('runFolder'), `held-${process.pid}-${count}`);
  mkdirSync(folder);
  const path = join(folder, 'auth-worker.sock');
  const logFile = join(folder, 'log');
  const holder = await holdSocket({
    path,
    name,
    program: [process.execPath, PROGRAM, 'serve'],
    env: { DATABASE_URL: database.url, DOVETAIL_RUN_DIR: folder, DOVETAIL_STATE_DIR: folder, ...env },
    logFile,
  });
  const log = () => readFileSync(logFile, 'utf8');
  const isReady = () => log().includes('daemon.ready');
  return { path, holder, log, isReady };
}

describe('auth-worker.sock', () => {
  let held: Awaited<ReturnType<typeof hold>>;
  let holder: Holder;

  beforeAll(async () => {
    held = await hold('auth-worker.sock', { DOVETAIL_AUTH_WORKER: 'on' });
    holder = held.holder;
  });
  afterAll(() => holder?.close());

  test('is answered when it was handed in, to those who came before the daemon too', async () => {
    const early = await connect(`unix:${held.path}`);
    early.send(ASK);
    await holder.start();
    expect((await early.receive(ANSWER.length)).toString()).toBe(ANSWER);
    early.socket.destroy();
    await waitUntil('the daemon is ready', held.isReady);
  });

  test('the daemon has asked itself before it called itself ready', () => {
    expect(held.log()).toContain('"event":"daemon.ready"');
    expect(held.log()).not.toContain('net.silent');
  });
});

test('without a held socket, the daemon that shall serve it does not start, and says why', async () => {
  const { holder, log } = await hold('something-else.sock', { DOVETAIL_AUTH_WORKER: 'on' });
  const daemon = await holder.start();
  await waitUntil('the daemon has given up', daemon.hasEnded);
  expect(log()).toContain('systemd does not hold its socket: enable dovetail-auth-worker.socket');
  await holder.close();
});

test('nobody asked for it: there is no socket', async () => {
  const { holder, path, isReady } = await hold('something-else.sock');
  await holder.start();
  await waitUntil('the daemon is ready', isReady);
  // What is there is the holder's, and nobody accepts it.
  expect(existsSync(path)).toBe(true);
  const peer = await connect(`unix:${path}`);
  peer.send(ASK);
  peer.socket.destroy();
  await holder.close();
});
