/** bare-doors — the least servers in Node in the daemon's place: each gives the answer that the daemon gave once.
 *
 * They are measured against: whatever Dovecot does with an answer, it does it with the same bytes. */

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import type { DovecotVersion } from '../../src/config/doors/door.ts';
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

/** What dovetail says after OK to the auth process of this Dovecot, in the lane of its workers. */
export async function answerOfWorker(
  socket: string,
  version: DovecotVersion,
  { user, password }: Asking,
): Promise<string> {
  await waitFor(() => canConnect(socket), START_DEADLINE, `nobody listens at ${socket}`);
  const [name, service] = version === '2.3' ? ['auth-worker', 'service'] : ['auth-master', 'protocol'];
  const question = `1\tPASSV\t1\t${password}\tuser=${user}\t${service}=smtp\n`;
  const answer = await askOnce(socket, `VERSION\t${name}\t1\t0\nDBHASH\t\t\n${question}`, /^1\t.*$/mu);
  const start = '1\tOK\t';
  if (!answer.startsWith(start)) throw new Error(`${socket} answered ${answer}`);
  return answer.slice(start.length);
}

/** The first line of what is said that looks like an answer. */
async function askOnce(socket: string, question: string, answer = /^.+$/mu): Promise<string> {
  const connection = createConnection(socket);
  await once(connection, 'connect');
  connection.write(question);
  let said = '';
  for await (const chunk of connection) {
    said += chunk;
    const line = said.endsWith('\n') ? answer.exec(said)?.[0] : undefined;
    if (line !== undefined) return line;
  }
  throw new Error(`${socket} answered ${said}`);
}
