/** self-test — asks a socket of ours a question, as its peers do: through the kernel's queue, our
 * accept and our answers.
 *
 * For sockets that systemd opened, whose address only the kernel knows (Linux: /proc/net/unix).
 *
 * limits   unix sockets with a path */

import { readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';

export interface Question {
  readonly request: string;
  /** What the answer looks like once it is whole; another than it begins with is none. */
  readonly reply: RegExp;
}

/** The path of a listening unix socket of this process. Throws where it has none that we can find. */
export function pathOfSocket(fd: number): string {
  const inode = /^socket:\[(\d+)\]$/u.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
  const sockets = readFileSync('/proc/net/unix', 'utf8').split('\n');
  // Num RefCount Protocol Flags Type St Inode Path
  const ours = sockets.map((socket) => socket.split(/ +/u)).find((fields) => fields[6] === inode);
  const path = ours?.[7];
  if (!path?.startsWith('/')) throw new Error(`descriptor ${fd} is not a unix socket with a path`);
  return path;
}

/** Resolves when the answer is there. Rejects with the reason when there is none in time. */
export function askOnce(path: string, { request, reply }: Question, deadline: Milliseconds): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let received = '';
    const end = (why?: string): void => {
      clearTimeout(timer);
      socket.destroy();
      if (why === undefined) resolve();
      else reject(new Error(why));
    };
    const timer = setTimeout(() => end(`no answer within ${deadline} ms`), deadline);
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      received += chunk;
      if (reply.test(received)) end();
    });
    socket.on('error', (error) => end(reasonOf(error)));
    socket.on('end', () => end('the connection ended without an answer'));
    socket.write(request);
  });
}

export interface SelfWatch {
  /** Resolves with the reason when the socket has not answered for a while. */
  readonly silent: Promise<string>;
  close(): void;
}

export interface SelfWatchParts {
  readonly path: string;
  readonly question: Question;
  readonly log: Log;
  readonly every?: Milliseconds;
  /** How long an answer may take. */
  readonly deadline?: Milliseconds;
}

/** So often in a row there must be no answer. */
const PATIENCE = 3;

/** Asks now, and rejects when there is no answer; then again and again. */
export async function watchSelf(parts: SelfWatchParts): Promise<SelfWatch> {
  const { path, question, log, every = seconds(10), deadline = seconds(10) } = parts;
  await askOnce(path, question, deadline);
  let timer: NodeJS.Timeout;
  let isClosed = false;
  let failures = 0;
  const silent = new Promise<string>((resolve) => {
    const ask = async (): Promise<void> => {
      const why = await askOnce(path, question, deadline).then(() => undefined, reasonOf);
      if (isClosed) return;
      failures = why === undefined ? 0 : failures + 1;
      if (why !== undefined) log.error('net.silent', { path, why, failures });
      if (failures >= PATIENCE) resolve(`${path} does not answer: ${why}`);
      else askLater();
    };
    const askLater = (): void => {
      timer = setTimeout(() => void ask(), every);
      timer.unref();
    };
    askLater();
  });
  return {
    silent,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
