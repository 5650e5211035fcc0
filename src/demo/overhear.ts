/** overhear — stands between a mail server and one of dovetail's sockets and tells what is said.
 *
 * Bytes pass unchanged in both directions; beside that they are read with the protocol's own
 * framing, and each question is reported with its answer. What a newcomer sees is the wire.
 *
 * limits   for demonstrations: one question at a time on a connection, as Postfix and Dovecot ask */

import { chmodSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Framing } from '../wire/framing.ts';

export interface Overheard {
  readonly question: string;
  readonly answer: string;
}

export interface OverhearOptions {
  /** The socket that the mail server opens. */
  readonly path: string;
  /** dovetail's own socket. */
  readonly daemon: string;
  readonly framing: Framing<string>;
  report(overheard: Overheard): void;
}

/** Resolves when the socket is open; the result closes it and its connections. */
export async function overhear({ path, daemon, framing, report }: OverhearOptions): Promise<() => void> {
  const sockets = new Set<Socket>();
  const server = createServer((peer) => {
    const upstream = connect(daemon);
    const questions: string[] = [];
    const asked = reader(framing, (question) => questions.push(question));
    const answered = reader(framing, (answer) => report({ question: questions.shift() ?? '?', answer }));
    relay(peer, upstream, asked);
    relay(upstream, peer, answered);
    for (const socket of [peer, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  chmodSync(path, 0o666); // the private servers run as several users
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function relay(from: Socket, to: Socket, read: (chunk: Buffer) => void): void {
  from.on('data', (chunk: Buffer) => {
    read(chunk);
    to.write(chunk);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}

/** Reads messages out of chunks, however they are cut. */
function reader(framing: Framing<string>, tell: (message: string) => void): (chunk: Buffer) => void {
  let bytes: Buffer = Buffer.alloc(0);
  return (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = framing(bytes, 0); frame.kind === 'message'; frame = framing(bytes, 0)) {
      tell(frame.message);
      bytes = bytes.subarray(frame.used);
    }
  };
}
