/** peer — a client of a protocol, for tests: a socket, and all that came from it. */

import { connect as connectSocket, type Socket } from 'node:net';
import type { Framing } from '../../../src/wire/framing.ts';
import { netstring, toNetstring } from '../../../src/wire/netstring.ts';

export interface Peer {
  readonly socket: Socket;
  send(bytes: string | Buffer): void;
  /** Everything received so far, once there are `octets` or the connection is at its end. */
  receive(octets: number): Promise<Buffer>;
  /** Forgets what was received so far. */
  forget(): void;
  /** Everything received, once the server has ended its side. */
  readonly ended: Promise<Buffer>;
  readonly closed: Promise<void>;
}

export async function connect(address: string): Promise<Peer> {
  const socket = connectSocket(target(address));
  let chunks: Buffer[] = [];
  let listeners: (() => void)[] = [];
  const received = () => Buffer.concat(chunks);
  const changed = () => {
    const waiting = listeners;
    listeners = [];
    for (const listener of waiting) listener();
  };
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    changed();
  });
  const ended = new Promise<Buffer>((resolve) => socket.once('end', () => resolve(received())));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(changed);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    ended,
    closed,
    send: (bytes) => void socket.write(bytes),
    forget() {
      chunks = [];
    },
    async receive(octets) {
      let size = received().length;
      while (size < octets && !socket.closed && !socket.readableEnded) {
        await new Promise<void>((resolve) => listeners.push(resolve));
        size = received().length;
      }
      return received();
    },
  };
}

function target(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const [, host, port] = /^inet:\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return { host: host as string, port: Number(port) };
}

const readReply: Framing<string> = netstring(100_000);

async function askOnce(peer: Peer, request: string): Promise<string> {
  peer.forget();
  peer.send(toNetstring(request));
  for (let size = 0; ; ) {
    const bytes = await peer.receive(size + 1);
    const frame = readReply(bytes, 0);
    if (frame.kind === 'message') return frame.message;
    if (frame.kind === 'broken' || bytes.length === size) throw new Error('no answer');
    size = bytes.length;
  }
}

export interface Postfix {
  /** The reply; undefined is what Postfix makes a temporary failure of. */
  ask(request: string): Promise<string | undefined>;
  end(): void;
}

/** Asks as Postfix does: one request at a time on a connection that is kept; when it turns out to
 * be at its end, once more on a new one (auto_clnt.c). */
export function createPostfix(path: string): Postfix {
  let kept: Promise<Peer> | undefined;

  const attempt = async (request: string): Promise<string | undefined> => {
    kept ??= connect(`unix:${path}`);
    try {
      return await askOnce(await kept, request);
    } catch {
      kept = undefined;
      return undefined;
    }
  };

  return {
    ask: async (request) => (await attempt(request)) ?? (await attempt(request)),
    end: () => void kept?.then((peer) => peer.socket.destroy()),
  };
}
