/** Stopping and restarting: nobody loses an answer. */

import { describe, expect, test } from 'vitest';
import { socketmapWorld } from '../../unit/protocol/dialogue.ts';
import { connect, createPostfix, type Postfix } from './peer.ts';
import { echo, freshPath, lines, serve } from './server.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A protocol that answers when the test does: `asked` is how, once there is a request. */
function held() {
  let hear: (give: (reply: string) => void) => void = () => {};
  const asked = new Promise<(reply: string) => void>((resolve) => {
    hear = resolve;
  });
  return { protocol: lines(() => new Promise((resolve) => hear(resolve))), asked };
}

describe('a drain', () => {
  test('answers what is open, then ends', async () => {
    const { protocol, asked } = held();
    const server = await serve(protocol);
    const peer = await connect(server.address);
    peer.send('slow\n');
    const give = await asked;
    const closed = server.close();
    await nextTurn();
    give('slow\n');
    expect((await peer.ended).toString()).toBe('slow\n');
    await closed;
  });

  test('answers what has arrived but was not read yet', async () => {
    const server = await serve(echo);
    const peer = await connect(server.address);
    peer.send('a\n');
    await peer.receive(2);
    peer.send('b\nc\n');
    const closed = server.close();
    expect((await peer.ended).toString()).toBe('a\nb\nc\n');
    await closed;
  });

  test('never resets a connection that was not even accepted yet', async () => {
    const server = await serve(echo);
    const connecting = connect(server.address);
    const closed = server.close();
    const peer = await connecting;
    peer.send('a\n');
    expect((await peer.ended).toString()).toMatch(/^(a\n)?$/);
    await closed;
  });

  test('lets a begun message be finished', async () => {
    const server = await serve(echo);
    const peer = await connect(server.address);
    peer.send('whole\nhal');
    await peer.receive(6);
    const closed = server.close();
    await nextTurn();
    peer.send('f\n');
    expect((await peer.ended).toString()).toBe('whole\nhalf\n');
    await closed;
  });

  test('ends idle connections at once', async () => {
    const server = await serve(echo, { limits: { drainTime: 60_000 } });
    const idle = await Promise.all(Array.from({ length: 50 }, () => connect(server.address)));
    await server.close();
    await Promise.all(idle.map((peer) => peer.ended));
  });

  test('does not wait for ever for an answer that does not come', async () => {
    const { protocol, asked } = held();
    const server = await serve(protocol, { limits: { drainTime: 50 } });
    const peer = await connect(server.address);
    peer.send('never\n');
    await asked;
    await server.close();
    await peer.closed;
    expect((await server.happened('net.cut_off')).fields).toMatchObject({ connections: 1 });
  });

  test('ends also while clients ask without a pause', async () => {
    const path = freshPath();
    const server = await serve(socketmapWorld(), {
      endpoint: { kind: 'unix', path },
      limits: { drainTime: 60_000 },
    });
    const postfix = createPostfix(path);
    let isOver = false;
    const load = (async () => {
      while (!isOver) await postfix.ask('virtual_alias_maps sales@x.test').catch(() => undefined);
    })();
    await server.close();
    isOver = true;
    await load;
    expect(server.connections).toBe(0);
  });
});

describe('a successor takes the path over under load', () => {
  test('and no lookup is lost', async () => {
    const path = freshPath();
    const endpoint = { kind: 'unix', path } as const;
    let server = await serve(socketmapWorld(), { endpoint });
    let isOver = false;
    const clients = Array.from({ length: 20 }, () => createPostfix(path));
    const load = Promise.all(
      clients.map((client, n) => ask(client, KEYS[n % KEYS.length] as Question, () => isOver)),
    );
    for (let restart = 0; restart < 15; restart += 1) {
      const successor = await serve(socketmapWorld(), { endpoint });
      await server.close();
      server = successor;
      for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    }
    isOver = true;
    const results = await load;
    for (const client of clients) client.end();
    expect(results.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(Math.min(...results.map(({ asked }) => asked))).toBeGreaterThan(15);
  });
});

interface Question {
  readonly key: string;
  readonly reply: string;
}

const KEYS: readonly Question[] = [
  { key: 'virtual_alias_maps sales@x.test', reply: 'OK ann@home.org, bob@home.org' },
  { key: 'virtual_alias_maps nobody@x.test', reply: 'NOTFOUND ' },
  { key: 'virtual_alias_maps slow@x.test', reply: 'OK slow@home.org' },
];

async function ask(client: Postfix, { key, reply }: Question, isOver: () => boolean) {
  const wrong: (string | undefined)[] = [];
  let asked = 0;
  while (!isOver()) {
    const answer = await client.ask(key);
    asked += 1;
    if (answer !== reply) wrong.push(answer);
  }
  return { asked, wrong };
}
