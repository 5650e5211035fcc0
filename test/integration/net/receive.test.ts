import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { receive } from '../../../src/net/receive.ts';

interface Heard {
  readonly text: string;
  readonly memory: ArrayBufferLike;
}

/** A server that keeps what it hears, and echoes it. */
async function startEcho() {
  const heard: Heard[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (accepted) => {
    const socket: Socket = receive(accepted, (chunk) => {
      heard.push({ text: chunk.toString(), memory: chunk.buffer });
      socket.write(chunk.toString());
    });
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const say = async (text: string): Promise<string> => {
    const peer = connect(port, '127.0.0.1').end(text);
    return (await peer.toArray()).join('');
  };
  return { heard, say, server };
}

test('all connections are read into the same memory, and each peer gets its own answer', async () => {
  const { heard, say } = await startEcho();
  expect(await Promise.all(['one', 'two', 'three'].map(say))).toEqual(['one', 'two', 'three']);
  expect(new Set(heard.map(({ memory }) => memory)).size).toBe(1);
});

test('the server counts a connection as gone when it is gone', async () => {
  const { say, server } = await startEcho();
  await say('one');
  const count = await new Promise((resolve) => server.getConnections((_, number) => resolve(number)));
  expect(count).toBe(0);
});

test('a socket without a handle to share is read as usual', async () => {
  const heard: string[] = [];
  const stream = new PassThrough() as unknown as Socket;
  stream.pause();
  expect(receive(stream, (chunk) => heard.push(chunk.toString()))).toBe(stream);
  stream.end('as usual');
  await once(stream, 'end');
  expect(heard.join('')).toBe('as usual');
});
