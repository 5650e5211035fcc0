/** uncached — every key is new: one tick's misses in one query, against a query a request.
 *
 * Each round asks keys that no round has asked before, the same ones of both servers. */

import path from 'node:path';
import { openHost, questionsAbout, startDaemon } from '../hosts.ts';
import { ask, rateOf, writeQuestions } from '../load.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import { type Benchmark, sourceOf, type Workbench } from '../workbench.ts';
import { startBare } from './cached.ts';

const CONNECTIONS = 100;
const MANY = { mailboxes: 200_000, aliases: 200_000 };
/** For `--quick`: enough that no key comes twice. */
const FEWER = { mailboxes: 30_000, aliases: 30_000 };

export const uncached: Benchmark = {
  name: 'uncached',
  about: 'every key new, 100 connections, against one prepared query a request over a pool of 10',
  async run(bench) {
    const host = await openHost(bench, bench.quick ? FEWER : MANY);
    const questions = path.join(bench.folder, 'uncached.tsv');
    await writeQuestions(questions, shuffled([...questionsAbout(host, 0, 2 * host.mailboxes)]));
    const query = await startBare(
      bench,
      [process.execPath, sourceOf('servers/query-server.mjs')],
      'query.sock',
      host.url,
    );
    const daemon = await startDaemon(bench, host.url);
    const rates = await compare(bench, { query: query.socketmap, dovetail: daemon.socketmap }, questions);
    await Promise.all([query.stop(), daemon.stop()]);
    return rates;
  },
};

/** Fisher-Yates with a fixed seed: mailboxes, aliases and unknown keys in one stream. */
function shuffled<T>(items: T[]): T[] {
  let state = 1;
  for (let i = items.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

async function compare(
  bench: Workbench,
  sockets: { query: string; dovetail: string },
  questions: string,
): Promise<Row[]> {
  const share = bench.quick ? 10_000 : 25_000;
  const asked = { query: 0, dovetail: 0 };
  const measure = async (name: 'query' | 'dovetail') => {
    const from = asked[name];
    asked[name] += share;
    return rateOf(
      await ask(bench, sockets[name], questions, {
        connections: CONNECTIONS,
        for: { once: [from, from + share] },
      }),
    );
  };
  await interleave({ query: () => measure('query'), dovetail: () => measure('dovetail') }, 2); // code compiled, plans made
  const { query, dovetail } = await interleave(
    { query: () => measure('query'), dovetail: () => measure('dovetail') },
    bench.quick ? 3 : 9,
  );
  const row = (what: string, rounds: readonly number[]): Row => ({
    what,
    value: median(rounds),
    unit: 'lookups/s',
    rounds,
  });
  return [
    row(`uncached, ${CONNECTIONS} connections: a query a request, pool of 10`, query),
    row(`uncached, ${CONNECTIONS} connections: dovetail`, dovetail),
    {
      what: 'uncached: dovetail / a query a request',
      value: ratio(dovetail, query),
      unit: 'times',
      goal: { atLeast: 1.5 },
    },
  ];
}
