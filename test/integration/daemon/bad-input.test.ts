/** The whole daemon, and peers that do not keep to the protocol: each gets its refusal, everybody else his answer. */

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../../src/demo/processes.ts';
import { policyRequest, type RunningDaemon, runDaemon } from '../../support/daemon.ts';
import { createTestServer, type TestServer, withClient } from '../../support/database.ts';
import { connect, type Peer } from '../net/peer.ts';

const MEGABYTE = 2 ** 20;

let server: TestServer;
let daemon: RunningDaemon;
let port = 0;

beforeAll(async () => {
  server = await createTestServer();
  await withClient(server.url, async (client) => {
    await client.query(`insert into unified.mail_domains (domain) values ('example.org')`);
    await client.query(`insert into unified.users (email) values ('alice@example.org')`);
  });
  [port = 0] = await freePorts(1);
  const tcpTables = [{ map: 'transport_maps', host: '127.0.0.1', port }];
  daemon = await runDaemon(server.url, { tcpTables, queryDeadline: 1000 });
});
afterAll(async () => {
  await daemon?.close();
  await server?.stop();
});

interface Door {
  readonly address: () => string;
  /** What opens a conversation. */
  readonly greeting: string;
  /** A good question, and its answer. */
  readonly question: string;
  readonly answer: string;
  /** The same when the database is away. */
  readonly later: RegExp;
  /** What is sent, and all that is said to it: `…` where the connection stays. */
  readonly bad: Readonly<Record<string, readonly [sent: string, said: RegExp, stays?: 'stays']>>;
}

const IN_VAIN = 'action=DEFER_IF_PERMIT 4\\.3\\.0 [ -~]+\\n\\n';
const COMMIT = 'B1\talice@example.org\t0\nS1\tpriv/quota/storage\t2048\nC1\n';

const doors: Readonly<Record<string, Door>> = {
  'policy.sock': {
    address: () => `unix:${daemon.policy}`,
    greeting: '',
    question: policyRequest({ recipient: 'nobody@example.org' }),
    answer: 'action=550 5.1.1 User unknown\n\n',
    later: new RegExp(`^${IN_VAIN}$`, 'u'),
    bad: {
      'a line that is no attribute': [
        'request=smtpd_access_policy\nprotocol_state=RCPT\nnonsense\n\n',
        new RegExp(`^${IN_VAIN}$`, 'u'),
        'stays',
      ],
      'no attributes': ['\n', new RegExp(`^${IN_VAIN}$`, 'u'), 'stays'],
      'another protocol': ['GET / HTTP/1.1\r\nHost: x\r\n\n', new RegExp(`^${IN_VAIN}$`, 'u'), 'stays'],
    },
  },
  'dict.sock': {
    address: () => `unix:${join(daemon.policy, '../dict.sock')}`,
    greeting: 'H4\t0\t0\t\tquota\n',
    question: COMMIT,
    answer: 'O1\n',
    later: /^W1\t[ -~]+\n$/u,
    bad: {
      'major 1': ['H1\t0\t0\t\tquota\n', /^$/u],
      'major 5': ['H5\t0\t0\t\tquota\n', /^$/u],
      'major 44': ['H44\t0\t0\t\tquota\n', /^$/u],
      'no greeting': [COMMIT, /^$/u],
      'a commit of what was not begun': ['H4\t0\t0\t\tquota\nC7\n', /^$/u],
      'a transaction begun twice': ['H4\t0\t0\t\tquota\nB1\ta\t0\nB1\ta\t0\n', /^$/u],
      'a commit of what is no number': [
        'H4\t0\t0\t\tquota\nB1\talice@example.org\t0\nS1\tpriv/quota/storage\tmuch\nC1\n',
        /^F1\t[ -~]+\n$/u,
        'stays',
      ],
      'a commit of another key': [
        'H3\t2\t0\t\tquota\nB1\talice@example.org\nS1\tpriv/quota/dreams\t7\nC1\n',
        /^F1\t[ -~]+\n$/u,
        'stays',
      ],
      'a commit that nobody waits for, of nobody’s usage': [
        'H4\t0\t0\t\tquota\nB1\t\t0\nS1\tpriv/quota/storage\t7\nD1\n',
        /^AF1\t[ -~]+\n$/u,
        'stays',
      ],
      'a dict that is none': ['H4\t0\t0\t\tjunk\nLshared/x\ta\n', /^F[ -~]+\n$/u, 'stays'],
      bytes: ['\0\x01\xff\xfe\n', /^$/u],
    },
  },
  'a tcp table': {
    address: () => `inet:127.0.0.1:${port}`,
    greeting: '',
    question: 'get x@nowhere.example\n',
    answer: '500 not%20found\n',
    later: /^400 [!-~]+\n$/u,
    bad: {
      'a change': ['put x@nowhere.example smtp:[10.6.6.6]\n', /^400 [!-~]+\n$/u, 'stays'],
      'no question': ['hello\n', /^400 [!-~]+\n$/u, 'stays'],
      'a key that is not quoted': ['get 100%zz\n', /^400 [!-~]+\n$/u, 'stays'],
      bytes: ['get \xff\xfe%00\n', /^[45]00 [!-~]+\n$/u, 'stays'],
    },
  },
};

async function open(door: Door): Promise<Peer> {
  const peer = await connect(door.address());
  onTestFinished(() => void peer.socket.destroy());
  return peer;
}

/** A good question, again, on a connection of which nobody else knows. */
async function expectServed(door: Door, known?: Peer): Promise<void> {
  const peer = known ?? (await open(door));
  peer.forget();
  if (!known) peer.send(door.greeting);
  peer.send(door.question);
  expect((await peer.receive(door.answer.length)).toString('latin1')).toBe(door.answer);
}

describe.each(Object.entries(doors))('%s', (_, door) => {
  test.each(Object.entries(door.bad))('%s', async (_what, [sent, said, stays]) => {
    const neighbour = await open(door);
    neighbour.send(door.greeting);
    const peer = await open(door);
    peer.send(Buffer.from(sent, 'latin1'));
    const received = stays ? await peer.receive(1) : await peer.ended;
    expect(received.toString('latin1')).toMatch(said);
    if (stays) expect(peer.socket.closed || peer.socket.readableEnded).toBe(false);
    await expectServed(door, neighbour);
    await expectServed(door);
  });

  test('half a question, and the end: nothing is taken for whole', async () => {
    const peer = await open(door);
    peer.socket.end(door.greeting + door.question.slice(0, -1));
    expect((await peer.ended).toString('latin1')).toMatch(new RegExp(`^(?:${IN_VAIN}|400 [!-~]+\\n)?$`, 'u'));
    await expectServed(door);
  });

  // Ten peers at once: all of it kept would be 100 MB.
  test('10 MB without an end are not kept, and others are answered meanwhile', async () => {
    const neighbour = await open(door);
    neighbour.send(door.greeting);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const flood = async (): Promise<void> => {
      const peer = await open(door);
      peer.send(door.greeting);
      for (let sent = 0; sent < 10 * MEGABYTE && !peer.socket.destroyed; sent += chunk.length) {
        if (peer.socket.write(chunk)) continue;
        // It may never be taken: then the connection has an end, which ends this too.
        await Promise.race([new Promise((resolve) => peer.socket.once('drain', resolve)), peer.closed]);
      }
      await peer.ended;
    };
    const before = process.memoryUsage();
    let most = 0;
    const floods = Promise.all(Array.from({ length: 10 }, flood)).then(() => true);
    for (let isOver = false; !isOver; ) {
      await expectServed(door, neighbour);
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      most = Math.max(most, heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers);
      isOver = await Promise.race([floods, pause(1, false)]);
    }
    expect(most).toBeLessThan(60 * MEGABYTE);
    await expectServed(door);
  });
});

test('the database killed under load: right, or the temporary answer of the protocol, and right again', async () => {
  const stop = new AbortController();
  const wrong: string[] = [];
  const laters = new Map<string, number>();
  const run = async (name: string, door: Door): Promise<void> => {
    const peer = await open(door);
    peer.send(door.greeting);
    while (!stop.signal.aborted) {
      peer.forget();
      peer.send(door.question);
      const bytes = (await peer.receive(1)).toString('latin1');
      if (door.later.test(bytes)) laters.set(name, (laters.get(name) ?? 0) + 1);
      else if (bytes !== door.answer) wrong.push(`${name}: ${bytes}`);
      await pause(1);
    }
  };
  const everybody = Object.entries(doors).flatMap(([name, door]) =>
    Array.from({ length: 5 }, () => run(name, door)),
  );
  await server.kill();
  // What is in memory proves of nobody that he is not there.
  await expect.poll(() => [...laters.keys()].sort()).toEqual(Object.keys(doors).sort());
  await server.start();
  stop.abort();
  await Promise.all(everybody);
  expect(wrong).toEqual([]);
  for (const door of Object.values(doors)) {
    await expect
      .poll(async () => {
        const peer = await open(door);
        peer.send(door.greeting + door.question);
        return (await peer.receive(1)).toString('latin1');
      })
      .toBe(door.answer);
  }
}, 120_000);
