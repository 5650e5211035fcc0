/** cached — lookups from memory: the daemon against bare servers in Node and in C.
 *
 * The goal's figure is the ratio to the bare Node server. CPU is the server's, of all its threads. */

import path from 'node:path';
import { openHost, questionsAbout, startDaemon } from '../hosts.ts';
import { ask, rateOf, writeQuestions } from '../load.ts';
import { type Program, startProgram } from '../processes.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import { type Benchmark, sourceOf, type Workbench } from '../workbench.ts';

export const ACCOUNTS = { mailboxes: 10_000, aliases: 10_000 };

export const cached: Benchmark = {
  name: 'cached',
  about: 'lookups from memory, against bare servers in Node and C',
  async run(bench) {
    const host = await openHost(bench, ACCOUNTS);
    const file = path.join(bench.folder, 'cached.tsv');
    const questions = [...questionsAbout(host, 0, 2 * host.mailboxes)];
    await writeQuestions(file, questions);
    const servers = await startServers(bench, host.url, file);
    const everything = { connections: 100, for: { once: [0, questions.length] } } as const;
    for (const { socketmap } of Object.values(servers)) await ask(bench, socketmap, file, everything);
    const rows: Row[] = [];
    for (const connections of [10, 100]) rows.push(...(await compare(bench, servers, file, connections)));
    for (const server of Object.values(servers)) await server.stop();
    return rows;
  },
};

interface Server extends Program {
  readonly socketmap: string;
}

type Servers = Partial<Record<'C' | 'Node' | 'dovetail', Server>>;

async function startServers(bench: Workbench, url: string, questions: string): Promise<Servers> {
  const bareNode = [process.execPath, sourceOf('servers/map-server.mjs')];
  const bareC = await bench.compile('test/bench/servers/map-server.c');
  return {
    ...(bareC && { C: await startBare(bench, [bareC], 'c.sock', questions) }),
    Node: await startBare(bench, bareNode, 'node.sock', questions),
    dovetail: await startDaemon(bench, url),
  };
}

export async function startBare(
  bench: Workbench,
  program: string[],
  name: string,
  argument: string,
): Promise<Server> {
  const socketmap = path.join(bench.folder, name);
  const ready = (output: string) => output.startsWith('ready');
  const server = await startProgram([...program, socketmap, argument], { ready, core: bench.cores.server });
  bench.atEnd(() => server.stop());
  return { ...server, socketmap };
}

async function compare(
  bench: Workbench,
  servers: Servers,
  questions: string,
  connections: number,
): Promise<Row[]> {
  const names = Object.keys(servers) as (keyof Servers)[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  let client = 0;
  const measure = async (name: keyof Servers, seconds: number) => {
    const server = servers[name] as Server;
    const before = server.cpu();
    const measured = await ask(bench, server.socketmap, questions, { connections, for: { seconds } });
    client = measured.cpu / measured.requests;
    costs[name]?.push((server.cpu() - before) / measured.requests);
    return rateOf(measured);
  };
  for (const name of names) await measure(name, 1); // warm: code compiled
  for (const name of names) costs[name]?.splice(0);
  const contestants = Object.fromEntries(
    names.map((name) => [name, () => measure(name, bench.quick ? 0.4 : 1)]),
  );
  const rates = await interleave(contestants, bench.quick ? 3 : 9);
  bench.say(`cached: the load client took ${client.toFixed(1)} µs CPU a request`);
  return rowsOf(`cached, ${connections} connections`, rates, costs);
}

function rowsOf(
  what: string,
  rates: Record<string, readonly number[]>,
  costs: Record<string, readonly number[]>,
): Row[] {
  const { C, Node = [], dovetail = [] } = rates;
  const cost = (name: string) => `${median(costs[name] ?? []).toFixed(2)} µs CPU a request`;
  const rate = (name: string) => ({
    value: median(rates[name] ?? []),
    unit: 'lookups/s',
    rounds: rates[name] ?? [],
  });
  return [
    ...(C ? [{ what: `${what}: C`, ...rate('C'), note: cost('C') }] : []),
    {
      what: `${what}: bare Node`,
      ...rate('Node'),
      note: `${cost('Node')}${C ? `; ${ratio(Node, C).toFixed(2)} of C` : ''}`,
    },
    { what: `${what}: dovetail`, ...rate('dovetail'), note: cost('dovetail') },
    {
      what: `${what}: dovetail / bare Node`,
      value: ratio(dovetail, Node),
      unit: 'times',
      goal: { atLeast: 0.85 },
    },
    {
      what: `${what}: CPU a request`,
      value: median(costs.dovetail ?? []),
      unit: 'µs CPU',
      goal: { atMost: 7.5 },
    },
  ];
}
