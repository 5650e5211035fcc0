/** What peers send, how they send it, and what they get, over real sockets. */

import { describe, expect, test } from 'vitest';
import { toNetstring } from '../../../src/wire/netstring.ts';
import { socketmapWorld } from '../../unit/protocol/dialogue.ts';
import { connect } from './peer.ts';
import { echo, lines, serve } from './server.ts';

/** An answer that the test gives when it wants. */
function held(): { answer: Promise<string>; give(reply: string): void } {
  let give: (reply: string) => void = () => {};
  const answer = new Promise<string>((resolve) => {
    give = resolve;
  });
  return { answer, give };
}

describe('however requests arrive', () => {
  test('one in many chunks is one', async () => {
    const peer = await connect((await serve(echo)).address);
    for (const octet of 'hello\n') {
      peer.send(octet);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await peer.receive(6)).toString()).toBe('hello\n');
  });

  test('many in one chunk are many, and so is the beginning of the next', async () => {
    const peer = await connect((await serve(echo)).address);
    peer.send('a\nb\nc\nd');
    expect((await peer.receive(6)).toString()).toBe('a\nb\nc\n');
    peer.send('e\n');
    expect((await peer.receive(9)).toString()).toBe('a\nb\nc\nde\n');
  });

  test('ten thousand at once are all answered, in order', async () => {
    const peer = await connect((await serve(lines(async (text) => `${text}\n`))).address);
    const stream = Array.from({ length: 10_000 }, (_, n) => `${n}\n`).join('');
    peer.send(stream);
    expect((await peer.receive(stream.length)).toString()).toBe(stream);
  });

  test('a megabyte of one message arrives whole', async () => {
    const peer = await connect((await serve(lines((text) => `${text.length}\n`, 2 ** 20))).address);
    const slice = Buffer.alloc(1000, 'x');
    for (let n = 0; n < 1000; n += 1) peer.socket.write(slice);
    peer.send('\n');
    expect((await peer.receive(8)).toString()).toBe('1000000\n');
  });

  test('also over TCP', async () => {
    const server = await serve(echo, { endpoint: { kind: 'inet', host: '127.0.0.1', port: 0 } });
    expect(server.address).toMatch(/^inet:127\.0\.0\.1:[1-9]\d*$/);
    const peer = await connect(server.address);
    peer.send('hello\n');
    expect((await peer.receive(6)).toString()).toBe('hello\n');
  });
});

describe('answers keep the order of requests', () => {
  test('slow first, fast second', async () => {
    const slow = held();
    const server = await serve(lines((text) => (text === 'slow' ? slow.answer : `${text}\n`)));
    const peer = await connect(server.address);
    const witness = await connect(server.address);
    peer.send('slow\nfast\n');
    witness.send('other\n');
    await witness.receive(6);
    expect((await peer.receive(0)).toString()).toBe('');
    slow.give('slow\n');
    expect((await peer.receive(10)).toString()).toBe('slow\nfast\n');
  });

  test('and a slow client does not delay another', async () => {
    const server = await serve(lines((text) => (text === 'slow' ? held().answer : `${text}\n`)));
    const slow = await connect(server.address);
    slow.send('slow\n');
    const fast = await connect(server.address);
    fast.send('fast\n');
    expect((await fast.receive(5)).toString()).toBe('fast\n');
  });

  test('a refusal comes behind the answers that are still open', async () => {
    const slow = held();
    const peer = await connect((await serve(lines(() => slow.answer, 10))).address);
    peer.send(`slow\n${'x'.repeat(20)}`);
    setImmediate(() => slow.give('slow\n'));
    expect((await peer.ended).toString()).toBe('slow\nbroken: longer than 10 octets\n');
  });
});

describe('a failure is the protocol’s temporary one', () => {
  test('when the answer throws', async () => {
    const bug = () => {
      throw new Error('a bug');
    };
    const server = await serve(lines(bug));
    const peer = await connect(server.address);
    peer.send('a\n');
    peer.send('b\n');
    expect((await peer.receive(20)).toString()).toBe('failed: a\nfailed: b\n');
    expect((await server.happened('net.failed')).fields).toEqual({ protocol: 'lines', why: 'a bug' });
  });

  test('when the answer rejects, and the others still come', async () => {
    const server = await serve(
      lines((text) => (text === 'bad' ? Promise.reject(new Error('a bug')) : Promise.resolve(`${text}\n`))),
    );
    const peer = await connect(server.address);
    peer.send('a\nbad\nb\n');
    expect((await peer.receive(16)).toString()).toBe('a\nfailed: bad\nb\n');
  });

  test('when the answer does not come in time; a late one is dropped', async () => {
    const late = held();
    const server = await serve(
      lines((text) => (text === 'late' ? late.answer : `${text}\n`)),
      { limits: { answerDeadline: 30 } },
    );
    const peer = await connect(server.address);
    peer.send('late\nnext\n');
    expect((await peer.receive(18)).toString()).toBe('failed: late\nnext\n');
    late.give('too late\n');
    peer.send('more\n');
    expect((await peer.receive(23)).toString()).toBe('failed: late\nnext\nmore\n');
  });

  test('and a protocol that cannot even say that costs one connection, not the daemon', async () => {
    const failed = () => {
      throw new Error('a bug in the bug');
    };
    const answer = (text: string) => (text === 'bad' ? Promise.reject(new Error('a bug')) : `${text}\n`);
    const server = await serve({ ...lines(answer), failed });
    const peer = await connect(server.address);
    peer.send('bad\n');
    await peer.closed;
    const other = await connect(server.address);
    other.send('fine\n');
    expect((await other.receive(5)).toString()).toBe('fine\n');
  });

  test('and a protocol that has a bug in its framing costs one connection, not the daemon', async () => {
    const framing = (bytes: Buffer, start: number) => {
      if (bytes[start] === 0x21) throw new Error('a bug');
      return echo.framing(bytes, start);
    };
    const server = await serve({ ...echo, framing });
    const peer = await connect(server.address);
    peer.send('!\n');
    await peer.closed;
    expect((await server.happened('net.bug')).level).toBe('error');
    const other = await connect(server.address);
    other.send('fine\n');
    expect((await other.receive(5)).toString()).toBe('fine\n');
  });
});

describe('a peer that does not behave', () => {
  test('sends garbage: the refusal, then the end', async () => {
    const peer = await connect((await serve(socketmapWorld())).address);
    peer.send('HELO example.org\r\n');
    expect((await peer.ended).toString()).toBe(toNetstring('TEMP bad request: length is not a number'));
  });

  test('sends a megabyte of garbage at once: the refusal too', async () => {
    const peer = await connect((await serve(socketmapWorld())).address);
    peer.send(Buffer.alloc(2 ** 20, 'A'));
    expect((await peer.ended).toString()).toBe(toNetstring('TEMP bad request: length is not a number'));
  });

  test('sends half a message and no more: the refusal', async () => {
    const peer = await connect((await serve(echo, { limits: { messageDeadline: 30 } })).address);
    peer.send('whole\nhal');
    expect((await peer.ended).toString()).toBe('whole\nbroken: the message does not end\n');
  });

  test('sends its message drop by drop: the deadline is for the message, not for the drop', async () => {
    const peer = await connect((await serve(echo, { limits: { messageDeadline: 50 } })).address);
    const drops = setInterval(() => peer.send('x'), 5);
    expect((await peer.ended).toString()).toBe('broken: the message does not end\n');
    clearInterval(drops);
  });

  test('ends in the middle of a message: the refusal', async () => {
    const peer = await connect((await serve(echo)).address);
    peer.socket.end('whole\nhal');
    expect((await peer.ended).toString()).toBe('whole\nbroken: the message does not end\n');
  });

  test('ends its side and waits: its answer', async () => {
    const peer = await connect((await serve(lines(async (text) => `${text}\n`))).address);
    peer.socket.end('last\n');
    expect((await peer.ended).toString()).toBe('last\n');
  });

  test('goes away while its answer is made: nothing happens', async () => {
    const slow = held();
    const server = await serve(lines((text) => (text === 'slow' ? slow.answer : `${text}\n`)));
    const peer = await connect(server.address);
    peer.socket.end('slow\n');
    peer.socket.destroy();
    await peer.closed;
    const other = await connect(server.address);
    other.send('a\n');
    await other.receive(2);
    slow.give('slow\n');
    other.send('b\n');
    expect((await other.receive(4)).toString()).toBe('a\nb\n');
  });

  test('goes away while its answer is made: the conversation is told so', async () => {
    const slow = held();
    let closes = 0;
    const listening = lines(() => slow.answer);
    const server = await serve({
      ...listening,
      converse: () => ({
        ...listening.converse(),
        close() {
          closes += 1;
        },
      }),
    });
    const [patient, hasty] = [await connect(server.address), await connect(server.address)];
    patient.socket.end('slow\n');
    hasty.socket.write('slow\n', () => hasty.socket.destroy());
    await expect.poll(() => closes).toBe(1);
    expect(server.connections).toBe(1);
    slow.give('slow\n');
    expect((await patient.ended).toString()).toBe('slow\n');
    await expect.poll(() => closes).toBe(2);
  });

  test('says nothing for long: the end', async () => {
    const peer = await connect((await serve(echo, { limits: { idleLimit: 30 } })).address);
    expect((await peer.ended).toString()).toBe('');
  });

  test('does not close after us: it is cut off', async () => {
    const server = await serve(echo, { limits: { idleLimit: 30, lingerTime: 30 } });
    const peer = await connect(server.address);
    peer.socket.pause();
    await expect.poll(() => server.connections).toBe(0);
    peer.socket.destroy();
  });

  test('reads nothing: its requests are not read either, and then it is cut off', async () => {
    let asked = 0;
    const reply = 'y'.repeat(50_000);
    const server = await serve(
      lines(() => {
        asked += 1;
        return reply;
      }),
      { limits: { writeDeadline: 100 } },
    );
    const peer = await connect(server.address);
    peer.socket.pause();
    peer.send('x\n'.repeat(100_000));
    expect((await server.happened('net.unread')).level).toBe('warn');
    await expect.poll(() => server.connections).toBe(0);
    expect(asked).toBeLessThan(200);
    peer.socket.destroy();
  });

  test('asks without waiting: only so many requests are open', async () => {
    let open = 0;
    let most = 0;
    const answer = async (text: string) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return `${text}\n`;
    };
    const peer = await connect((await serve(lines(answer), { limits: { maxOpen: 8 } })).address);
    peer.send('x\n'.repeat(1000));
    await peer.receive(2000);
    expect(most).toBe(8);
  });
});

describe('many peers', () => {
  test('2,000 idle ones do not hinder one', async () => {
    const server = await serve(echo);
    const idle = await Promise.all(Array.from({ length: 2000 }, () => connect(server.address)));
    const peer = await connect(server.address);
    peer.send('hello\n');
    expect((await peer.receive(6)).toString()).toBe('hello\n');
    expect(server.connections).toBe(2001);
    await server.close();
    await Promise.all(idle.map((one) => one.ended));
  });

  test('over the limit are closed at once, with a log line; the others stay', async () => {
    const server = await serve(echo, { limits: { maxConnections: 2 } });
    const [first] = await Promise.all([connect(server.address), connect(server.address)]);
    const third = await connect(server.address);
    await third.closed;
    expect((await server.happened('net.full')).fields).toEqual({ protocol: 'lines', connections: 2 });
    first?.send('hello\n');
    expect((await first?.receive(6))?.toString()).toBe('hello\n');
  });
});
