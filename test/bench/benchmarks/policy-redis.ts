/** policy-redis — rate limits whose counters several daemons share in Redis, against counters of one process.
 *
 * Everybody has logged in on auth.sock, and is counted by all limits that are shipped, which nobody reaches here. */

import { shipped } from '../../../src/policy/limits/limit.ts';
import { freePort } from '../../support/redis.ts';
import { type Daemon, openHost, startDaemon, withClient } from '../hosts.ts';
import { type Program, runProgram, startProgram } from '../processes.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import { givePasswords, logInAll, SMTPD, takePasswords } from '../sessions.ts';
import type { Row } from '../table.ts';
import type { Benchmark, Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';
import { ask } from './policy.ts';

type Name = 'own' | 'shared';
const RULES = { DOVETAIL_POLICY_RULES: 'rate-limits=enforce', DOVETAIL_REHASH_ON_LOGIN: 'no' };

export const policyRedis: Benchmark = {
  name: 'policy-redis',
  about: 'rate limits with shared counters in Redis, against counters in the process',
  async run(bench) {
    const client = await bench.compile('test/bench/clients/policy.c');
    const redisHere = await runProgram(['redis-server', '--version']).catch(() => undefined);
    if (!client || redisHere?.code !== 0) {
      bench.say(`policy-redis: SKIPPED, ${client ? 'no redis-server' : 'no C compiler'}`);
      return [];
    }
    const { url } = await openHost(bench, ACCOUNTS);
    const redis = await startRedis(bench);
    await raiseLimits(url);
    await givePasswords(url);
    const daemons: Readonly<Record<Name, Daemon>> = {
      own: await startDaemon(bench, url, RULES),
      shared: await startDaemon(bench, url, { ...RULES, REDIS_URL: redis.url }),
    };
    for (const { auth } of Object.values(daemons)) await logInAll(auth, ACCOUNTS.mailboxes);
    const rows: Row[] = [];
    for (const connections of [10, 100])
      rows.push(...rowsOf(connections, ...(await race(bench, client, { ...daemons, redis }, connections))));
    if (daemons.shared.output().includes('limits.redis_away'))
      throw new Error(`The process counted alone: ${daemons.shared.output()}`);
    for (const daemon of Object.values(daemons)) await daemon.stop();
    await withClient(url, (database) => database.query('delete from unified.rate_limits'));
    await takePasswords(url);
    return rows;
  },
};

async function startRedis(bench: Workbench): Promise<Program & { readonly url: string }> {
  const port = await freePort();
  const command = ['redis-server', '--port', `${port}`, '--bind', '127.0.0.1', '--save', ''];
  const program = await startProgram([...command, '--dir', bench.folder], {
    ready: (output) => output.includes('Ready to accept connections'),
  });
  bench.atEnd(() => program.stop());
  return { ...program, url: `redis://127.0.0.1:${port}` };
}

/** Out of reach, for everybody. */
async function raiseLimits(url: string): Promise<void> {
  await withClient(url, async (database) => {
    for (const { by, counter, window, suspends } of shipped) {
      await database.query(
        `insert into unified.rate_limits (counted_by, counter, window_seconds, suspends, max_count)
         values ($1, $2, $3, $4, 1000000000)`,
        [by, counter, window / 1000, suspends],
      );
    }
  });
}

type Costs = Readonly<Record<Name | 'redis', number[]>>;

async function race(
  bench: Workbench,
  client: string,
  { redis, ...daemons }: Readonly<Record<Name, Daemon>> & { readonly redis: Program },
  connections: number,
): Promise<[Rounds<Name>, Costs]> {
  const costs: Costs = { own: [], shared: [], redis: [] };
  const decide = async (name: Name, seconds: number): Promise<number> => {
    const before = [daemons[name].cpu(), redis.cpu()] as const;
    const { requests, seconds: took } = await ask(bench, client, daemons[name].policy, {
      ...{ connections, seconds, smtpd: SMTPD },
    });
    costs[name].push((daemons[name].cpu() - before[0]) / requests);
    if (name === 'shared') costs.redis.push((redis.cpu() - before[1]) / requests);
    return requests / took;
  };
  // Warm: everybody's facts in memory, and heard of by Redis.
  for (const name of ['own', 'shared'] as const)
    for (let run = 0; run < 5; run += 1) if ((await decide(name, 2)) > ACCOUNTS.mailboxes) break;
  for (const cost of Object.values(costs)) cost.splice(0);
  const time = bench.quick ? 0.4 : 1;
  const rounds = await interleave(
    { own: () => decide('own', time), shared: () => decide('shared', time) },
    bench.quick ? 3 : 9,
  );
  return [rounds, costs];
}

function rowsOf(connections: number, rates: Rounds<Name>, costs: Costs): Row[] {
  const what = `policy-redis, ${connections} connections`;
  const cost = (of: keyof Costs): string => `${median(costs[of]).toFixed(1)} µs CPU`;
  const plain = (who: string, rounds: readonly number[], note: string): Row => ({
    what: `${what}: ${who}`,
    value: median(rounds),
    unit: 'decisions/s',
    rounds,
    note,
  });
  return [
    plain('counters in the process', rates.own, cost('own')),
    plain('counters in Redis', rates.shared, `${cost('shared')}, Redis ${cost('redis')}`),
    {
      what: `${what}: Redis / process`,
      value: ratio(rates.shared, rates.own),
      unit: 'times',
      goal: { atLeast: 0.4 },
    },
  ];
}
