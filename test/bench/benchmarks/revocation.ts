/** revocation — from the commit of a changed password until the last of two daemons refuses the old one.
 *
 * A refusal costs a hash (ARGON2ID), so that time does not tell who exists; it is counted here. When the old
 * password was let in for the last time is told apart: only then it is known by how much the daemons were late. */

import { createConnection, type Socket } from 'node:net';
import { addressOf, openHost, startDaemon, withClient } from '../hosts.ts';
import { median } from '../rounds.ts';
import type { Benchmark } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';

// Nobody else's: other benchmarks of the same run give their users passwords too.
const USER = addressOf(8);
// Whether a hash is strong is not the question here, and wrong passwords come by design.
const SETTINGS = { DOVETAIL_REHASH_ON_LOGIN: 'no', DOVETAIL_GUESSING: 'off' };

export const revocation: Benchmark = {
  name: 'revocation',
  about: 'from the commit of a changed password to the refusal of the old one by both of two daemons',
  async run(bench) {
    const { url } = await openHost(bench, ACCOUNTS);
    const daemons = [await startDaemon(bench, url, SETTINGS), await startDaemon(bench, url, SETTINGS)];
    const peers = daemons.map(({ login }) => createConnection(login));
    const times = await withClient(url, async (client) => {
      await client.query(
        `insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
         select id, 'dovecot', 'PLAIN', 'p0' from unified.users where email = $1`,
        [USER],
      );
      const set = (password: string) =>
        client.query(
          `update unified.user_passwords set password_hash = $2
           where user_id = (select id from unified.users where email = $1)`,
          [USER, password],
        );
      const trials: number[] = [];
      const late: number[] = [];
      for (let trial = 0; trial < (bench.quick ? 10 : 100); trial += 1) {
        await Promise.all(peers.map((peer) => until(peer, `p${trial}`, true)));
        await set(`p${trial + 1}`);
        const committed = performance.now();
        const asked = await Promise.all(peers.map((peer) => until(peer, `p${trial}`, false)));
        trials.push((performance.now() - committed) / 1000);
        late.push(Math.max(0, ...asked.map((at) => at - committed)) / 1000);
      }
      return { refused: trials.sort((a, b) => a - b), asked: late };
    });
    for (const peer of peers) peer.destroy();
    const { refused, asked } = times;
    const p99 = refused[Math.ceil(refused.length * 0.99) - 1] ?? Number.NaN;
    return [
      { what: 'revocation: median', value: median(refused), unit: 's', goal: { atMost: 0.05 } },
      { what: 'revocation: p99', value: p99, unit: 's', goal: { atMost: 1 } },
      { what: 'revocation: until nobody is let in, median', value: median(asked) * 1000, unit: 'ms' },
    ];
  },
};

/** Asks again and again; when the question was put that was answered so. */
async function until(peer: Socket, password: string, isRight: boolean): Promise<number> {
  for (;;) {
    const asked = performance.now();
    if ((await verify(peer, password)) === isRight) return asked;
  }
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
