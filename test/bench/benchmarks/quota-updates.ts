/** quota-updates — what mailboxes use, reported to dict.sock as fast as it is taken, as Dovecot's quota_clone does.
 *
 * 100 connections, each with several transactions under way, 10,000 users in turns; a report counts when it was
 * said to be kept, which is when it is written. How often rows were written says a trigger that leaves the begin of
 * each transaction, in rounds of their own: PostgreSQL's statistics come late. */

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

export const quotaUpdates: Benchmark = {
  name: 'quota-updates',
  about: 'usage of mailboxes reported by Dovecot through dict.sock: how many a second, in how many writes',
  async run(bench) {
    const host = await openHost(bench, ACCOUNTS);
    const daemon = await startDaemon(bench, host.url);
    const seconds = bench.quick ? 3 : 10;
    const measure = (users: number) => report(bench, daemon.dict, { users, seconds });
    await report(bench, daemon.dict, { users: host.mailboxes, seconds: 2 }); // warm: rows are made
    const many: Measured[] = [];
    const few: Measured[] = [];
    for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
      many.push(await measure(host.mailboxes));
      few.push(await measure(FEW));
    }
    const writesOf = (users: number) => busiest(host.url, () => measure(users));
    const rows = [
      ...rowsOf('10,000 users', many, await writesOf(host.mailboxes), 5000),
      ...rowsOf(`${FEW} users`, few, await writesOf(FEW)),
    ];
    await daemon.stop();
    return rows;
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

/** Writes a second of the row that is written most often meanwhile, from its first to its last. */
async function busiest(url: string, work: () => Promise<unknown>): Promise<number> {
  return withClient(url, async (client) => {
    await client.query(WATCH);
    await work();
    const { rows } = await client.query<{ rate: number }>(BUSIEST);
    await client.query(UNWATCH);
    return rows[0]?.rate ?? 0;
  });
}

const WATCH = `
create unlogged table writes (user_id bigint, quota_type text, at timestamptz);
create function note_writes() returns trigger language plpgsql security definer as $$
begin
  insert into public.writes select user_id, quota_type, now() from new_rows;
  return null;
end
$$;
create trigger bench_inserts after insert on unified.user_quotas
referencing new table as new_rows for each statement execute function note_writes();
create trigger bench_updates after update on unified.user_quotas
referencing new table as new_rows for each statement execute function note_writes();`;

const BUSIEST = `
select max((writes - 1) / extract(epoch from last - first))::float8 as rate
from (
  select count(*) as writes, min(at) as first, max(at) as last
  from writes
  group by user_id, quota_type
  having count(*) > 1
) as row`;

const UNWATCH = `
drop trigger bench_inserts on unified.user_quotas;
drop trigger bench_updates on unified.user_quotas;
drop function note_writes();
drop table writes;`;

function rowsOf(who: string, rounds: readonly Measured[], writes: number, atLeast?: number): Row[] {
  const rates = rounds.map(({ reports, seconds }) => reports / seconds);
  return [
    {
      what: `quota-updates, ${who}`,
      value: median(rates),
      unit: 'reports/s',
      rounds: rates,
      ...(atLeast === undefined ? {} : { goal: { atLeast } }),
    },
    {
      what: `quota-updates, ${who}: writes a second of the busiest row`,
      value: writes,
      unit: 'writes/s',
      goal: { atMost: 1 },
    },
  ];
}
