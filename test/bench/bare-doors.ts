/** bare-doors — the least servers in Node in the daemon's place: each gives the answer that the daemon gave once.
 *
 * They are measured against: whatever Dovecot does with an answer, it does it with the same bytes. */

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { canConnect } from './hosts.ts';
import { startProgram, waitFor } from './processes.ts';
import { sourceOf, type Workbench } from './workbench.ts';

const START_DEADLINE = 30_000;

export interface Asking {
  readonly user: string;
  readonly password: string;
}

/** A folder with their sockets, in the place of `run`, which is the daemon's. */
export async function startBareDoors(
  bench: Workbench,
  { run, folder }: { readonly run: string; readonly folder: string },
  { user, password }: Asking,
): Promise<void> {
  mkdirSync(folder, { mode: 0o755 });
  const lookup = `Lshared/passdb/smtp/${user}\t${user}`;
  const doors = [
    {
      socket: 'login.sock',
      start: 'V1\t',
      question: `V1\tVERIFY\t${user}\t${password}\tsmtp\t\tflavour=23\n`,
    },
    { socket: 'dict.sock', start: 'L', question: `H3\t2\t0\t\tauth\n${lookup}\n` },
  ];
  for (const { socket, start, question } of doors) {
    const asked = path.join(run, socket);
    await waitFor(() => canConnect(asked), START_DEADLINE, `nobody listens at ${asked}`);
    const answer = await askOnce(asked, question);
    if (!answer.startsWith('O')) throw new Error(`${socket} answered ${answer}`);
    const command = [process.execPath, sourceOf('servers/answer-server.mjs')];
    const server = await startProgram([...command, path.join(folder, socket), start, answer], {
      ready: (output) => output.startsWith('ready'),
    });
    bench.atEnd(() => server.stop());
  }
}

async function askOnce(socket: string, question: string): Promise<string> {
  const connection = createConnection(socket);
  await once(connection, 'connect');
  connection.write(question);
  const [reply] = (await once(connection, 'data')) as [Buffer];
  connection.destroy();
  return reply.toString().trimEnd();
}
