/** size — a million mailboxes in the database: what it costs in speed and in memory.
 *
 * Both daemons are asked about as many keys, which their caches hold; only the database behind
 * differs. Memory is read after a Zipf run over all the million, most of which no cache holds. */

import path from 'node:path';
import { type Daemon, type Host, openHost, questionsAbout, startDaemon } from '../hosts.ts';
import { ask, rateOf, writeQuestions } from '../load.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import type { Benchmark, Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';

const MILLION = { mailboxes: 1_000_000, aliases: 10_000 };
/** For `--quick`: loading a million takes a minute. */
const FEWER = { mailboxes: 100_000, aliases: 10_000 };
const inWords = ({ mailboxes }: Host) => `${mailboxes.toLocaleString('en-US')} mailboxes`;
const CONNECTIONS = 100;

export const size: Benchmark = {
  name: 'size',
  about: '1,000,000 mailboxes against 10,000: speed of cached lookups, memory of the daemon',
  async run(bench) {
    const few = await openHost(bench, ACCOUNTS);
    const many = await openHost(bench, bench.quick ? FEWER : MILLION);
    const questions = path.join(bench.folder, 'size.tsv');
    await writeQuestions(questions, questionsAbout(few, 0, 2 * ACCOUNTS.mailboxes));
    const daemons = { few: await startDaemon(bench, few.url), many: await startDaemon(bench, many.url) };
    const rows = await compareSpeed(bench, daemons, questions, many);
    await daemons.few.stop();
    rows.push(await measureMemory(bench, daemons.many, many));
    await daemons.many.stop();
    const note = 'all triggers on, in statements of 100,000 rows';
    return [...rows, { what: `size: loading ${inWords(many)}`, value: many.loadedIn, unit: 's', note }];
  },
};

async function compareSpeed(
  bench: Workbench,
  daemons: { few: Daemon; many: Daemon },
  questions: string,
  host: Host,
): Promise<Row[]> {
  const measure = (daemon: Daemon, seconds: number) => async () =>
    rateOf(await ask(bench, daemon.socketmap, questions, { connections: CONNECTIONS, for: { seconds } }));
  const contestants = (seconds: number) => ({
    few: measure(daemons.few, seconds),
    many: measure(daemons.many, seconds),
  });
  for (const daemon of Object.values(daemons)) await askAll(bench, daemon, questions);
  await interleave(contestants(1), 1); // code compiled
  const { few, many } = await interleave(contestants(bench.quick ? 0.4 : 1), bench.quick ? 3 : 9);
  const row = (what: string, rounds: readonly number[]): Row => ({
    what,
    value: median(rounds),
    unit: 'lookups/s',
    rounds,
  });
  return [
    row('size, cached lookups: 10,000 mailboxes', few),
    row(`size, cached lookups: ${inWords(host)}`, many),
    {
      what: `size: ${inWords(host)} / 10,000`,
      value: ratio(many, few),
      unit: 'times',
      goal: { atLeast: 0.9 },
    },
  ];
}

/** Every question once, so that the caches hold all of them. */
async function askAll(bench: Workbench, daemon: Daemon, questions: string): Promise<void> {
  const count = [...questionsAbout(ACCOUNTS, 0, 2 * ACCOUNTS.mailboxes)].length;
  await ask(bench, daemon.socketmap, questions, { connections: CONNECTIONS, for: { once: [0, count] } });
}

async function measureMemory(bench: Workbench, daemon: Daemon, many: Host): Promise<Row> {
  const all = path.join(bench.folder, 'all.tsv');
  await writeQuestions(all, questionsAbout(many, 0, 2 * many.mailboxes));
  const { requests } = await ask(bench, daemon.socketmap, all, {
    connections: CONNECTIONS,
    for: { seconds: bench.quick ? 5 : 40 },
  });
  const [value, most] = [daemon.resident() / 2 ** 20, daemon.mostResident() / 2 ** 20];
  const run = `${requests.toLocaleString('en-US')} lookups by Zipf's law over all, 30 % unknown`;
  const note = `after ${run}; at most ${most.toFixed(0)} MB`;
  return { what: 'size: resident memory, default cache', value, unit: 'MB', goal: { atMost: 150 }, note };
}
