/** Peers gone mad against running servers: random mutations of real requests, in random slices.
 *
 * Whatever comes, the server answers in whole replies of its protocol, keeps nothing of a peer
 * that is gone, and serves the next one as if nothing had been. */

import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silent } from '../../src/base/log.ts';
import { type Listening, serveProtocol } from '../../src/net/serve.ts';
import { netstring, toNetstring } from '../../src/wire/netstring.ts';
import { connect } from '../integration/net/peer.ts';
import {
  authClientWorld,
  authWorkerWorld,
  dictWorld,
  loginWorld,
  policyWorld,
  readDialogues,
  socketmapWorld,
  tcpTableWorld,
} from '../unit/protocol/dialogue.ts';

const RUNS = 150;

/** A change of a stream at a place of it, `at` in [0, 1). */
type Mutation = (stream: Buffer, at: number) => Buffer;

const cut = (stream: Buffer, at: number): [Buffer, Buffer] => {
  const place = Math.floor(at * stream.length);
  return [stream.subarray(0, place), stream.subarray(place)];
};

const insert =
  (bytes: Buffer): Mutation =>
  (stream, at) => {
    const [before, after] = cut(stream, at);
    return Buffer.concat([before, bytes, after]);
  };

const truncate: Mutation = (stream, at) => cut(stream, at)[0];
const drop: Mutation = (stream, at) => {
  const [before, after] = cut(stream, at);
  return Buffer.concat([before, after.subarray(1)]);
};
const flip: Mutation = (stream, at) => {
  const copy = Buffer.from(stream);
  const place = Math.floor(at * stream.length);
  if (copy.length > 0) copy[place] = (copy[place] as number) ^ 0x81;
  return copy;
};
const turn: Mutation = (stream, at) => Buffer.concat(cut(stream, at).reverse());

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constantFrom<Mutation[]>(truncate, drop, flip, turn),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => insert(Buffer.from(bytes))),
  fc
    .constantFrom('0', '9999999999', ':', ',', '\n', '\t', '\x01', '\0', '\r\n', '\ud800')
    .map((text) => insert(Buffer.from(text))),
  fc.integer({ min: 1, max: 300_000 }).map((count) => insert(Buffer.alloc(count, '1'))),
);

/** A stream of real requests, changed up to five times, and where it is cut into chunks. */
const attack = (requests: readonly Buffer[]) =>
  fc
    .record({
      requests: fc.array(fc.constantFrom(...requests), { minLength: 1, maxLength: 8 }),
      mutations: fc.array(fc.tuple(mutation, fc.double({ min: 0, max: 0.999, noNaN: true })), {
        maxLength: 5,
      }),
      slices: fc.integer({ min: 1, max: 6 }),
      ending: fc.constantFrom('end', 'destroy', 'wait'),
    })
    .map(({ requests, mutations, ...rest }) => ({
      ...rest,
      stream: mutations.reduce<Buffer>((stream, [mutate, at]) => mutate(stream, at), Buffer.concat(requests)),
    }));

const requestsOf = (protocol: string): Buffer[] =>
  readDialogues()
    .filter(({ name }) => name.startsWith(protocol))
    .flatMap(({ turns }) => turns.filter(({ side }) => side === 'C').map(({ bytes }) => bytes));

/** What is left of the replies once every whole one is taken off; throws at one that is none. */
const rests: Readonly<Record<string, (received: Buffer) => string>> = {
  socketmap(received) {
    let start = 0;
    for (
      let frame = netstring(100_000)(received, 0);
      start < received.length;
      frame = netstring(100_000)(received, start)
    ) {
      if (frame.kind !== 'message') break;
      expect(frame.message.slice(0, 40)).toMatch(/^(OK .|NOTFOUND $|TEMP .|PERM .)/);
      start += frame.used;
    }
    return received.toString('latin1', start);
  },
  login(received) {
    const replies = received.toString('latin1').split('\n');
    for (const reply of replies.slice(0, -1))
      expect(reply).toMatch(/^(OK(\t.+)?|NOUSER|MISMATCH|DISABLED\t\S+|TEMPFAIL\t.+)$/);
    return replies.at(-1) as string;
  },
  policy(received) {
    const replies = received.toString('latin1').split('\n\n');
    for (const reply of replies.slice(0, -1))
      expect(reply).toMatch(/^action=(DUNNO|DEFER_IF_PERMIT 4\.\d+\.\d+ .+|([45])\d\d \2\.\d+\.\d+ [ -~]+)$/);
    return replies.at(-1) as string;
  },
  'tcp-table'(received) {
    const replies = received.toString('latin1').split('\n');
    for (const reply of replies.slice(0, -1)) {
      expect(reply).toMatch(/^(200|400|500) [!-~]+$/);
      expect(reply.length).toBeLessThan(4096);
    }
    return replies.at(-1) as string;
  },
  dict(received) {
    const replies = received.toString('latin1').split('\n');
    for (const reply of replies.slice(0, -1)) expect(reply).toMatch(/^(O\S.*|N|F.+|W.+|A[ONFW].+|)$/);
    return replies.at(-1) as string;
  },
  'auth-client'(received) {
    const replies = received.toString('latin1').split('\n');
    for (const reply of replies.slice(0, -1))
      expect(reply).toMatch(
        /^(VERSION\t1\t2|MECH\t[A-Z]+\tplaintext|(SPID|CUID)\t\d+|COOKIE\t[\da-f]{32}|DONE|CONT\t\d+\t\S*|OK\t\d+\tuser=.+|FAIL\t\d+(\tcode=\w+)?)$/,
      );
    return replies.at(-1) as string;
  },
  'auth-worker'(received) {
    const replies = received.toString('latin1').split('\n');
    for (const reply of replies.slice(0, -1))
      expect(reply).toMatch(
        /^(\d+\t(OK|NOTFOUND|FAIL|\*)(\t.*)?|VERSION\tauth-worker\t1\t0|PROCESS-LIMIT\t100)$/,
      );
    return replies.at(-1) as string;
  },
};

const probes = {
  socketmap: [toNetstring('virtual_alias_maps sales@x.test'), toNetstring('OK ann@home.org, bob@home.org')],
  'tcp-table': ['get sales@x.test\n', '200 ann@home.org,%20bob@home.org\n'],
  login: ['V1\tUSERDB\tnobody@x.test\n', 'NOUSER\n'],
  policy: ['request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=ann@x.test\n\n', 'action=DUNNO\n\n'],
  dict: ['H3\t2\t0\t\tauth\nLshared/userdb/nobody@x.test\tnobody@x.test\n', 'N\n'],
  'auth-client': [
    'VERSION\t1\t0\nAUTH\t1\tPLAIN\tresp=AGFsaWNlQHgudGVzdABzZWNyZXQ=\n',
    `VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nSPID\t4711\nCUID\t1\nCOOKIE\t${'07'.repeat(16)}\nDONE\nOK\t1\tuser=alice@x.test\n`,
  ],
  'auth-worker': [
    'VERSION\tauth-master\t1\t0\n1\tUSER\t1\tuser=nobody@x.test\n',
    'VERSION\tauth-worker\t1\t0\nPROCESS-LIMIT\t100\n1\tNOTFOUND\t\n',
  ],
} as const;

/** What the next peer gets. Like all peers it asks again when the connection has ended, perhaps after the
 * greeting: the idle limit of this test is shorter than a busy machine's pauses. */
async function probe(address: string, request: string, reply: string): Promise<string> {
  let received = '';
  for (let attempt = 0; attempt < 5 && received.length < reply.length; attempt += 1) {
    const peer = await connect(address);
    peer.send(request);
    received = (await peer.receive(reply.length)).toString();
    peer.socket.destroy();
  }
  return received;
}

describe.each([
  ['socketmap', socketmapWorld()],
  ['tcp-table', tcpTableWorld()],
  ['login', loginWorld()],
  ['auth-client', authClientWorld()],
  ['auth-worker', authWorkerWorld()],
  ['dict', dictWorld()],
  ['policy', policyWorld()],
] as const)('%s', (name, protocol) => {
  let listening: Listening;

  beforeAll(async () => {
    listening = await serveProtocol({
      protocol,
      endpoint: { kind: 'unix', path: join(inject('runFolder'), `fuzz-${name}.sock`) },
      log: silent,
      clock: systemClock,
      limits: { sweepEvery: 5, messageDeadline: 20, idleLimit: 40, lingerTime: 50 },
    });
  });
  afterAll(() => listening.close());

  test('stays alive, and says nothing but whole replies', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(attack(requestsOf(name)), async ({ stream, slices, ending }) => {
        const peer = await connect(listening.address);
        const size = Math.ceil(stream.length / slices) || 1;
        for (let start = 0; start < stream.length; start += size) {
          peer.send(stream.subarray(start, start + size));
          await new Promise((resolve) => setImmediate(resolve));
        }
        if (ending === 'end') peer.socket.end();
        if (ending === 'destroy') peer.socket.destroy();
        await peer.closed;
        // Who is hung up on while he still speaks hears of no end.
        const received = await peer.receive(Number.POSITIVE_INFINITY);
        if (ending !== 'destroy') expect(rests[name]?.(received)).toBe('');

        const [request, reply] = probes[name];
        expect(await probe(listening.address, request, reply)).toBe(reply);
      }),
      { numRuns: RUNS },
    );
    await expect.poll(() => listening.connections).toBe(0);
  });
});

describe.each([
  ['socketmap', socketmapWorld(), 'virtual_alias_maps '],
  ['tcp-table', tcpTableWorld(), 'get '],
  ['login', loginWorld(), 'V1\tUSERDB\t'],
  ['policy', policyWorld(), 'request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient='],
] as const)('%s', (name, protocol, beginning) => {
  test('answers any message at all with one whole reply', async () => {
    const { answer } = protocol.converse();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), async (text, isReal) => {
        const reply = Buffer.from(await answer(isReal ? beginning + text : text));
        expect(rests[name]?.(reply)).toBe('');
        expect(reply.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});

test('auth-worker answers any question that has a number with that number, and nothing else', async () => {
  const { answer } = authWorkerWorld().converse();
  void answer('VERSION\tauth-worker\t1\t0');
  const beginnings = fc.constantFrom('PASSV\t1\t', 'PASSL\t1\t', 'USER\t1\tuser=', 'LIST\t1\t', '');
  await fc.assert(
    fc.asyncProperty(beginnings, fc.string({ unit: 'binary', maxLength: 200 }), async (beginning, text) => {
      const answered = await answer(`7\t${beginning}${text}`);
      if (typeof answered === 'string') expect(answered).toMatch(/^7\t(OK|NOTFOUND|FAIL)\b[^\n]*\n$/);
      else expect(beginning).toBe('LIST\t1\t');
    }),
    { numRuns: 2000 },
  );
});
