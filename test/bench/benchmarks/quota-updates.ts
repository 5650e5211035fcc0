/** quota-updates — what mailboxes use, reported to dict.sock as fast as it is taken, as Dovecot's quota_clone does.
 *
 * 100 connections, each with several transactions under way, 10,000 users in turns; a report counts when it was
 * said to be kept, which is when it is written. How often rows were written is PostgreSQL's own count. */

import { DOMAIN, openHost, startDaemon, withClient } from '../hosts.ts';
import { mustRun, onCore } from '../processes.ts';
import { median } from '../rounds.ts';
import type { Row } from '../table.ts';
import { type Benchmark, sourceOf, type Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';

interface Measured {
  readonly reports: number;
  readonly failed: number;
  readonly seconds: number;
}

interface Round extends Measured {
  /** Of quotas, in the database. A report has two. */
  readonly writes: number;
}

const KINDS = 2;

export const quotaUpdates: Benchmark = {
  name: 'quota-updates',
  about: 'usage of mailboxes reported by Dovecot through dict.sock: how many a second, in how many writes',
  async run(bench) {
    const host = await openHost(bench, ACCOUNTS);
    const daemon = await startDaemon(bench, host.url);
    const seconds = bench.quick ? 3 : 10;
    await report(bench, daemon.dict, { users: host.mailboxes, seconds: 2 }); // warm: rows are made
    const many: Round[] = [];
    const few: Round[] = [];
    let before = await writesIn(host.url);
    const measure = async (users: number): Promise<Round> => {
      const measured = await report(bench, daemon.dict, { users, seconds });
      const after = await writesIn(host.url);
      const round = { ...measured, writes: after - before };
      before = after;
      return round;
    };
    for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
      many.push(await measure(host.mailboxes));
      few.push(await measure(FEW));
    }
    await daemon.stop();
    return [...rowsOf('10,000 users', many, host.mailboxes, 5000), ...rowsOf(`${FEW} users`, few, FEW)];
  },
};

/** Each of them is reported many times a second. */
const FEW = 100;

async function report(
  bench: Workbench,
  socket: string,
  { users, seconds }: { readonly users: number; readonly seconds: number },
): Promise<Measured> {
  const client = [process.execPath, sourceOf('clients/dict-quota.mjs')];
  const load = [socket, '100', String(seconds), String(users), DOMAIN];
  const { stdout, stderr } = await mustRun([...onCore(bench.cores.client), ...client, ...load]);
  const measured = JSON.parse(stdout) as Measured;
  if (measured.failed > 0)
    throw new Error(`quota-updates: ${measured.failed} not kept, ${measured.reports} kept: ${stderr}`);
  return measured;
}

/** PostgreSQL counts what a session did ten seconds after it became idle, at the latest. */
async function writesIn(url: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ writes: string }>(
      `select n_tup_ins + n_tup_upd as writes from pg_stat_user_tables
       where schemaname = 'unified' and relname = 'user_quotas'`,
    );
    return Number(rows[0]?.writes);
  });
}

function rowsOf(who: string, rounds: readonly Round[], users: number, atLeast?: number): Row[] {
  const rates = rounds.map(({ reports, seconds }) => reports / seconds);
  const writes = rounds.map((round) => round.writes / KINDS / users / round.seconds);
  return [
    {
      what: `quota-updates, ${who}`,
      value: median(rates),
      unit: 'reports/s',
      rounds: rates,
      ...(atLeast === undefined ? {} : { goal: { atLeast } }),
    },
    {
      what: `quota-updates, ${who}: writes a second and user`,
      value: median(writes),
      unit: 'writes/s',
      goal: { atMost: 1.1 },
      note: 'one, and what the edges of a round add',
    },
  ];
}
