/** sink — the world outside: an SMTP server that takes every mail and remembers it, but knows no `refused@` and no `refused-1@`. */

import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface SunkMail {
  /** The envelope sender; empty for a bounce. */
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

export interface Sink {
  readonly port: number;
  readonly mails: readonly SunkMail[];
  close(): Promise<void>;
}

export async function openSink(): Promise<Sink> {
  const mails: SunkMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void converse(socket, mails).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    mails,
    close: () => closeServer(server, sockets),
  };
}

async function converse(socket: Socket, mails: SunkMail[]): Promise<void> {
  let mail = { from: '', to: [] as string[], lines: undefined as string[] | undefined };
  socket.on('error', () => undefined);
  socket.write('220 sink.elsewhere.example\r\n');
  for await (const line of createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (mail.lines && line !== '.') {
      mail.lines.push(line);
      continue;
    }
    if (mail.lines) {
      mails.push({ from: mail.from, to: mail.to, text: mail.lines.join('\n') });
      mail = { from: '', to: [], lines: undefined };
    }
    const address = /<(.*?)>/.exec(line)?.[1] ?? '';
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'MAIL') mail.from = address;
    if (verb === 'RCPT' && /^refused(?:-\w+)?@/.test(address)) {
      socket.write('550 5.1.1 no such user\r\n');
      continue;
    }
    if (verb === 'RCPT') mail.to.push(address);
    if (verb === 'DATA') mail.lines = [];
    socket.write(verb === 'DATA' ? '354 go on\r\n' : '250 ok\r\n');
    if (verb === 'QUIT') socket.end();
  }
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}
