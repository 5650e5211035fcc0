/** Answers in parts, refusals, and farewells: what only some protocols have. */

import { describe, expect, test } from 'vitest';
import type { Answered, Protocol } from '../../../src/protocol/protocol.ts';
import { connect } from './peer.ts';
import { lines, serve } from './server.ts';

const BIG = `${'x'.repeat(99_999)}\n`;

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

const talks = (answer: (line: string) => Answered): Protocol<string> => ({
  ...lines(() => ''),
  converse: () => ({ answer }),
});

/** `count` parts; tells how many were asked for, and when nobody asks any more. */
function pages(count: number) {
  const state = { asked: 0, isOver: false };
  async function* parts() {
    try {
      for (; state.asked < count; ) {
        state.asked += 1;
        yield BIG;
      }
    } finally {
      state.isOver = true;
    }
  }
  return { state, parts };
}

describe('an answer in parts', () => {
  test('comes whole and in its place', async () => {
    async function* parts() {
      yield 'one\n';
      await nextTurn();
      yield 'two\n';
    }
    const server = await serve(talks((text) => (text === 'long' ? parts() : `${text}\n`)));
    const peer = await connect(server.address);
    peer.socket.end('a\nlong\nb\n');
    expect((await peer.ended).toString()).toBe('a\none\ntwo\nb\n');
  });

  test('is not made faster than the peer reads', async () => {
    const { state, parts } = pages(1000);
    const server = await serve(talks(parts));
    const peer = await connect(server.address);
    peer.socket.pause();
    peer.send('long\n');
    await expect.poll(() => state.asked).toBeGreaterThan(0);
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = state.asked === before;
          before = state.asked;
          return isStill;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(state.asked).toBeLessThan(100);
    peer.socket.resume();
    await expect.poll(() => state.isOver).toBe(true);
    expect(state.asked).toBe(1000);
    peer.socket.end();
    expect(await peer.ended).toHaveLength(1000 * BIG.length);
  });

  test('ends when the peer goes', async () => {
    const { state, parts } = pages(1000);
    const server = await serve(talks(parts));
    const peer = await connect(server.address);
    peer.socket.pause();
    peer.send('long\n');
    await expect.poll(() => state.asked).toBeGreaterThan(0);
    peer.socket.destroy();
    await expect.poll(() => state.isOver).toBe(true);
    expect(state.asked).toBeLessThan(1000);
  });

  test('that breaks off ends with the failure', async () => {
    async function* parts() {
      yield 'one\n';
      throw new Error('a bug');
    }
    const server = await serve(talks(parts));
    const peer = await connect(server.address);
    peer.socket.end('long\n');
    expect((await peer.ended).toString()).toBe('one\nfailed: long\n');
  });

  test('of which a part takes too long ends with the failure, and what comes later is dropped', async () => {
    let give: () => void = () => {};
    async function* parts() {
      yield 'one\n';
      await new Promise<void>((resolve) => {
        give = resolve;
      });
      yield 'too late\n';
    }
    const server = await serve(
      talks((text) => (text === 'long' ? parts() : `${text}\n`)),
      {
        limits: { answerDeadline: 20 },
      },
    );
    const peer = await connect(server.address);
    peer.send('long\n');
    expect((await peer.receive(17)).toString()).toBe('one\nfailed: long\n');
    give();
    peer.socket.end('next\n');
    expect((await peer.ended).toString()).toBe('one\nfailed: long\nnext\n');
  });
});

test('who is refused hears nothing more, but all that was answered before', async () => {
  const server = await serve(
    talks((text) => (text === 'bad' ? { kind: 'refusal', why: 'not to be talked to' } : `${text}\n`)),
  );
  const peer = await connect(server.address);
  peer.send('a\nbad\nb\n');
  expect((await peer.ended).toString()).toBe('a\nbroken: not to be talked to\n');
  expect((await server.happened('net.broken')).fields).toMatchObject({ why: 'not to be talked to' });
  peer.socket.destroy();
});

describe('a farewell', () => {
  const polite: Protocol<string> = { ...lines((text) => `${text}\n`), farewell: 'go elsewhere\n' };

  test('comes first in a drain, and what is asked after it is still answered', async () => {
    const server = await serve(polite, { limits: { farewellTime: 60_000, drainTime: 60_000 } });
    const peer = await connect(server.address);
    peer.send('a\n');
    await peer.receive(2);
    const closed = server.close();
    await peer.receive(3);
    peer.send('b\n');
    expect((await peer.receive(17)).toString()).toBe('a\ngo elsewhere\nb\n');
    peer.socket.end();
    await closed;
  });

  test('is all for who says nothing after it', async () => {
    const server = await serve(polite, { limits: { farewellTime: 50, drainTime: 60_000 } });
    const peer = await connect(server.address);
    peer.send('a\n');
    await peer.receive(2);
    const closed = server.close();
    expect((await peer.ended).toString()).toBe('a\ngo elsewhere\n');
    await closed;
  });
});
