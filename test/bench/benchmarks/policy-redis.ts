/** policy-redis — rate limits whose counters several daemons share in Redis, against counters of one process.
 *
 * Everybody has logged in, and is counted by all limits that are shipped, which nobody reaches here. */

import { shipped } from '../../../src/policy/limits/limit.ts';
import { startRedis } from '../../support/redis.ts';
import { type Daemon, openHost, startDaemon, withClient } from '../hosts.ts';
import { runProgram } from '../processes.ts';
import { interleave, median, type Rounds, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark, Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';
import { ask } from './policy.ts';

type Name = 'own' | 'shared';
const RULES = { DOVETAIL_POLICY_RULES: 'rate-limits=enforce' };

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
    const redis = await startRedis();
    bench.atEnd(() => redis.kill());
    await raiseLimits(url);
    const daemons: Readonly<Record<Name, Daemon>> = {
      own: await startDaemon(bench, url, RULES),
      shared: await startDaemon(bench, url, { ...RULES, REDIS_URL: redis.url }),
    };
    const rows: Row[] = [];
    for (const connections of [10, 100])
      rows.push(...rowsOf(connections, await race(bench, client, daemons, connections)));
    for (const daemon of Object.values(daemons)) await daemon.stop();
    await withClient(url, (database) => database.query('delete from unified.rate_limits'));
    return rows;
  },
};

/** Out of reach, for everybody. */
async function raiseLimits(url: string): Promise<void> {
  await withClient(url, async (database) => {
    for (const { by, counter, window } of shipped) {
      await database.query(
        `insert into unified.rate_limits (counted_by, counter, window_seconds, max_count)
         values ($1, $2, $3, 1000000000)`,
        [by, counter, window / 1000],
      );
    }
  });
}

async function race(
  bench: Workbench,
  client: string,
  daemons: Readonly<Record<Name, Daemon>>,
  connections: number,
): Promise<Rounds<Name>> {
  const decide = async (name: Name, seconds: number): Promise<number> => {
    const load = { connections, seconds, isLoggedIn: true };
    const measured = await ask(bench, client, daemons[name].policy, load);
    return measured.requests / measured.seconds;
  };
  for (const name of ['own', 'shared'] as const) await decide(name, 2); // warm: facts in memory
  const time = bench.quick ? 0.4 : 1;
  return interleave(
    { own: () => decide('own', time), shared: () => decide('shared', time) },
    bench.quick ? 3 : 9,
  );
}

function rowsOf(connections: number, rates: Rounds<Name>): Row[] {
  const what = `policy-redis, ${connections} connections`;
  const plain = (who: string, rounds: readonly number[]): Row => ({
    what: `${what}: ${who}`,
    value: median(rounds),
    unit: 'decisions/s',
    rounds,
  });
  return [
    plain('counters in the process', rates.own),
    plain('counters in Redis', rates.shared),
    {
      what: `${what}: Redis / process`,
      value: ratio(rates.shared, rates.own),
      unit: 'times',
      goal: { atLeast: 0.4 },
    },
  ];
}
