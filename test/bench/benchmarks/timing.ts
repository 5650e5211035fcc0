/** timing — does the time of a refusal tell whether a user exists? A wrong password and an unknown user, in turns,
 * one at a time, at login.sock and at auth.sock, without delays and counters. Each password is new: one that was
 * wrong a moment ago is not hashed again. */

import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { argon2id } from '../../../src/auth/schemes/argon2id.ts';
import { addressOf, DOMAIN, openHost, startDaemon, withClient } from '../hosts.ts';
import { median } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';

// Nobody else's: other benchmarks of the same run give their users passwords too.
const USER = addressOf(10);
const NOBODY = `nobody@${DOMAIN}`;

interface Case {
  readonly user: string;
  /** At login.sock; at auth.sock both are FAIL. */
  readonly word: string;
}

const CASES: readonly [wrong: Case, unknown: Case] = [
  { user: USER, word: 'MISMATCH' },
  { user: NOBODY, word: 'NOUSER' },
];

type Ask = (one: Case, number: number) => Promise<void>;

export const timing: Benchmark = {
  name: 'timing',
  about: 'the time of a refusal: an unknown user against a wrong password',
  async run(bench) {
    const { url } = await openHost(bench, ACCOUNTS);
    const hash = await argon2id.hash(Buffer.from('right'));
    await withClient(url, (client) =>
      client.query(
        `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
         select id, 'dovecot', 'ARGON2ID', $2 from unified.users where email = $1`,
        [USER, hash],
      ),
    );
    const daemon = await startDaemon(bench, url, { DOVETAIL_GUESSING: 'off' });
    const trials = bench.quick ? 50 : 1000;
    return [
      await measure('login.sock', trials, createConnection(daemon.login), askLogin),
      await measure('auth.sock', trials, createConnection(daemon.auth), askAuth),
    ];
  },
};

async function measure(
  where: string,
  trials: number,
  socket: Socket,
  door: (socket: Socket) => Promise<Ask>,
): Promise<Row> {
  const ask = await door(socket);
  const times: [number[], number[]] = [[], []];
  for (let trial = 0; trial < 2 * trials; trial += 1) {
    // Who is first changes with each pair, too.
    const which = ((trial + (trial >> 1)) & 1) as 0 | 1;
    const began = performance.now();
    await ask(CASES[which], trial + 1);
    times[which].push(performance.now() - began);
  }
  socket.destroy();
  const [wrong, unknown] = times.map(median) as [number, number];
  return {
    what: `timing, ${where}: unknown user / wrong password, less 1`,
    value: Math.abs(unknown / wrong - 1),
    unit: 'times',
    goal: { atMost: 0.05 },
    note: `medians of ${trials}: ${unknown.toFixed(2)} ms and ${wrong.toFixed(2)} ms`,
  };
}

async function askLogin(socket: Socket): Promise<Ask> {
  await once(socket, 'connect');
  return async ({ user, word }, number) => {
    socket.write(`V1\tVERIFY\t${user}\twrong${number}\timap\t192.0.2.7\n`);
    await expectReply(socket, word);
  };
}

async function askAuth(socket: Socket): Promise<Ask> {
  socket.write('VERSION\t1\t2\nCPID\t1\n');
  await expectReply(socket, 'VERSION');
  return async ({ user }, number) => {
    const response = Buffer.from(`\0${user}\0false${number}`).toString('base64');
    socket.write(`AUTH\t${number}\tPLAIN\tservice=imap\trip=192.0.2.7\tsecured\tresp=${response}\n`);
    await expectReply(socket, `FAIL\t${number}\n`);
  };
}

async function expectReply(socket: Socket, start: string): Promise<void> {
  const [reply] = (await once(socket, 'data')) as [Buffer];
  if (!reply.toString().startsWith(start)) throw new Error(`timing: ${start} was expected, not ${reply}`);
}
