/** revocation — from the commit of a changed password until the last of two daemons has refused the old one.
 *
 * Both are asked for the old password without a pause. Two moments are told apart: the last answer that let it in,
 * and the first that refused it, of the later of the two daemons. Between them a refusal is under way, and costs a
 * hash (ARGON2ID), so that time does not tell who exists. What that costs without any change is measured in the same
 * trial, with a password that was never right. A commit is when PostgreSQL has answered it. */

import { createConnection, type Socket } from 'node:net';
import { addressOf, openHost, startDaemon, withClient } from '../hosts.ts';
import { median } from '../rounds.ts';
import type { Benchmark } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';

// Nobody else's: other benchmarks of the same run give their users passwords too.
const USER = addressOf(8);
// Whether a hash is strong is not the question here, and wrong passwords come by design.
const SETTINGS = { DOVETAIL_REHASH_ON_LOGIN: 'no', DOVETAIL_GUESSING: 'off' };

/** Milliseconds. */
interface Trial {
  readonly lastAccepted: number;
  readonly refused: number;
  /** With nothing changed. */
  readonly alone: number;
}

export const revocation: Benchmark = {
  name: 'revocation',
  about: 'from the commit of a changed password to the refusal of the old one by both of two daemons',
  async run(bench) {
    const { url } = await openHost(bench, ACCOUNTS);
    const daemons = [await startDaemon(bench, url, SETTINGS), await startDaemon(bench, url, SETTINGS)];
    const peers = daemons.map(({ login }) => createConnection(login));
    const trials = await withClient(url, async (client) => {
      await client.query(
        `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
         select id, 'dovecot', 'PLAIN', 'p0' from unified.users where email = $1`,
        [USER],
      );
      const change = (password: string) =>
        client.query(
          `update unified.user_passwords set password_hash = $2
           where user_id = (select id from unified.users where email = $1)`,
          [USER, password],
        );
      const done: Trial[] = [];
      for (let trial = 0; trial < (bench.quick ? 10 : 100); trial += 1) {
        await Promise.all(peers.map((peer) => untilAccepted(peer, `p${trial}`)));
        await change(`p${trial + 1}`);
        done.push(await measure(peers, `p${trial}`, `never${trial}`));
      }
      return done;
    });
    for (const peer of peers) peer.destroy();
    const all = (figure: keyof Trial) => trials.map((trial) => trial[figure]).sort((a, b) => a - b);
    const p99 = (figure: keyof Trial) => all(figure)[Math.ceil(trials.length * 0.99) - 1] ?? Number.NaN;
    return [
      {
        what: 'revocation: until both have refused it, median',
        value: median(all('refused')),
        unit: 'ms',
        goal: { atMost: 50 },
        note: `a refusal by both without any change: ${median(all('alone')).toFixed(1)} ms`,
      },
      {
        what: 'revocation: until both have refused it, p99',
        value: p99('refused'),
        unit: 'ms',
        goal: { atMost: 1000 },
        note: `${p99('alone').toFixed(1)} ms`,
      },
      {
        what: 'revocation: the last answer that let it in, median',
        value: median(all('lastAccepted')),
        unit: 'ms',
        note: `p99 ${p99('lastAccepted').toFixed(1)} ms`,
      },
    ];
  },
};

/** Begins when the change is committed. */
async function measure(peers: readonly Socket[], old: string, never: string): Promise<Trial> {
  const committed = performance.now();
  const accepted = await Promise.all(peers.map((peer) => untilRefused(peer, old)));
  const refused = performance.now();
  await Promise.all(peers.map((peer) => untilRefused(peer, never)));
  return {
    lastAccepted: Math.max(committed, ...accepted) - committed,
    refused: refused - committed,
    alone: performance.now() - refused,
  };
}

/** Asks again and again; when the last answer came that let it in, if one did. */
async function untilRefused(peer: Socket, password: string): Promise<number> {
  for (let accepted = 0; ; accepted = performance.now()) {
    if (!(await verify(peer, password))) return accepted;
  }
}

async function untilAccepted(peer: Socket, password: string): Promise<void> {
  while (!(await verify(peer, password)));
}

function verify(peer: Socket, password: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    peer.once('error', reject);
    peer.once('data', (reply) => {
      peer.off('error', reject);
      const word = reply.toString().split(/[\t\n]/u)[0];
      if (word === 'OK' || word === 'MISMATCH') resolve(word === 'OK');
      else reject(new Error(`revocation: the daemon said ${word}`));
    });
    peer.write(`V1\tVERIFY\t${USER}\t${password}\timap\t\n`);
  });
}
