/** What may come at policy.sock besides whole requests of Postfix (bad-input.test.ts: what is said of every door); the next
 * peer gets his answer whatever the last one sent. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogFields } from '../../../src/base/log.ts';
import { policyClient, policyRequest, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { connect } from '../net/peer.ts';

const DEFER = 'action=DEFER_IF_PERMIT 4.3.0 Temporary failure, please try again later\n\n';
const DUNNO = 'action=DUNNO\n\n';
const UNKNOWN = 'action=550 5.1.1 User unknown\n\n';
const MEBIBYTE = 1024 ** 2;

let database: TestDatabase;
let daemon: RunningDaemon;
const logged: (readonly [string, LogFields | undefined])[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await withClient(database.url, async (client) => {
    await client.query(
      "insert into unified.mail_domains (domain, domain_type) values ('example.org', 'virtual')",
    );
    await client.query("insert into unified.users (email) values ('ann@example.org')");
  });
  const write = (event: string, fields?: LogFields) => void logged.push([event, fields]);
  daemon = await runDaemon(database.url, { log: { debug() {}, info() {}, warn: write, error: write } });
});

afterAll(async () => {
  await daemon?.close();
  await database?.close();
});

const peerOf = () => connect(`unix:${daemon.policy}`);
const requestFor = (recipient: string, more = '') =>
  policyRequest({ recipient }).replace(/\n\n$/u, `\n${more}\n`);
const [known, unknown] = [requestFor('ann@example.org'), requestFor('nobody@example.org')];

async function theNextPeerIsServed(): Promise<void> {
  const client = policyClient(daemon.policy);
  expect(await client.ask({ recipient: 'ann@example.org' })).toBe('DUNNO');
  client.end();
}

describe('what does not end is refused for now, and the connection with it:', () => {
  test.each([
    ['10 MB of one attribute', ['request=smtpd_access_policy\nsender=', Buffer.alloc(10 * MEBIBYTE, 'x')]],
    ['10 MB of attributes without an empty line', [Buffer.alloc(10 * MEBIBYTE, 'name=value\n')]],
    ['a NUL a byte', [Buffer.alloc(10 * MEBIBYTE)]],
  ] as const)('%s', async (_, parts) => {
    const peer = await peerOf();
    for (const part of parts) peer.send(part);
    expect((await peer.ended).toString()).toBe(DEFER);
    peer.socket.destroy();
    await theNextPeerIsServed();
  });

  test('half a line, or no empty line, then silence', async () => {
    const peers = [await peerOf(), await peerOf()] as const;
    peers[0].send('request=smtpd_access_policy\nprotocol_state=RC');
    peers[1].send(known.slice(0, -1));
    for (const { ended } of peers) expect((await ended).toString()).toBe(DEFER);
    for (const { socket } of peers) socket.destroy();
    await theNextPeerIsServed();
  });

  test('none of it is in the log', async () => {
    await expect.poll(() => logged.some(([event]) => event === 'net.broken')).toBe(true);
    expect(JSON.stringify(logged)).not.toContain('xxx');
  });
});

describe('however it is cut, each request has its answer, in order:', () => {
  const stream = [known, unknown, known, known, unknown].join('');
  const answers = [DUNNO, UNKNOWN, DUNNO, DUNNO, UNKNOWN].join('');

  test('several in one chunk', async () => {
    const peer = await peerOf();
    peer.send(stream);
    expect((await peer.receive(answers.length)).toString()).toBe(answers);
    peer.socket.destroy();
  });

  test('one in single bytes', async () => {
    const peer = await peerOf();
    for (const byte of Buffer.from(unknown)) {
      peer.send(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await peer.receive(UNKNOWN.length)).toString()).toBe(UNKNOWN);
    peer.socket.destroy();
  });

  test('a whole one and the half of the next, then its rest', async () => {
    const peer = await peerOf();
    peer.send(known + unknown.slice(0, 100));
    await peer.receive(DUNNO.length);
    peer.send(unknown.slice(100) + known);
    const all = [DUNNO, UNKNOWN, DUNNO].join('');
    expect((await peer.receive(all.length)).toString()).toBe(all);
    peer.socket.destroy();
  });
});

describe('attributes that Postfix would not send, and the connection stays:', () => {
  const malformed = Buffer.from('sender=\xff\xfe@elsewhere.net\n', 'latin1');
  test.each<[string, string | Buffer, string]>([
    ['one of tomorrow is ignored', requestFor('ann@example.org', 'an_attribute_of_tomorrow=a=b\n'), DUNNO],
    [
      'of one that comes twice the last counts',
      requestFor('ann@example.org', 'recipient=nobody@example.org\n'),
      UNKNOWN,
    ],
    ['one without a name', requestFor('ann@example.org', '=x\n'), DEFER],
    ['a NUL in a name', requestFor('ann@example.org', 'recipi\0ent=nobody@example.org\n'), DUNNO],
    ['a NUL in a recipient is nobody’s', requestFor('nobody\0@example.org'), DUNNO],
    [
      'a sender that is no UTF-8',
      Buffer.concat([Buffer.from(known.slice(0, -1)), malformed, Buffer.from('\n')]),
      DUNNO,
    ],
    ['carriage returns are part of the value', known.replaceAll('\n', '\r\n').replace(/\r\n$/u, '\n'), DEFER],
  ])('%s', async (_, request, answer) => {
    const peer = await peerOf();
    peer.send(request);
    expect((await peer.receive(answer.length)).toString()).toBe(answer);
    peer.forget();
    peer.send(known);
    expect((await peer.receive(DUNNO.length)).toString()).toBe(DUNNO);
    peer.socket.destroy();
  });
});
