/** policy — decisions from memory: the daemon against a bare Node server that says DUNNO to everything.
 *
 * With one rule (`recipient-status`), with all rules as they are by default, and with every rule enforced: the
 * strangers' network has passed greylisting by then, and is known. */

import { policyRules } from '../../../src/policy/rules/index.ts';
import { DOMAIN, openHost, startDaemon } from '../hosts.ts';
import { mustRun, onCore, type Program } from '../processes.ts';
import { interleave, median, ratio } from '../rounds.ts';
import type { Row } from '../table.ts';
import { type Benchmark, sourceOf, type Workbench } from '../workbench.ts';
import { ACCOUNTS, startBare } from './cached.ts';

const names = ['Node', 'oneRule', 'byDefault', 'enforced'] as const;
type Name = (typeof names)[number];
type Servers = Readonly<Record<Name, Program & { readonly policy: string }>>;

export const policy: Benchmark = {
  name: 'policy',
  about: 'policy decisions from memory, against a bare Node server that says DUNNO',
  async run(bench) {
    const client = await bench.compile('test/bench/clients/policy.c');
    if (!client) {
      bench.say('policy: SKIPPED, no C compiler');
      return [];
    }
    const host = await openHost(bench, ACCOUNTS);
    const servers = await startServers(bench, host.url);
    await becomeKnown(bench, client, servers.enforced.policy);
    const rows: Row[] = [];
    for (const connections of [10, 100]) rows.push(...(await compare(bench, client, servers, connections)));
    for (const server of Object.values(servers)) await server.stop();
    return rows;
  },
};

async function startServers(bench: Workbench, url: string): Promise<Servers> {
  const program = [process.execPath, sourceOf('servers/policy-server.mjs')];
  const { socketmap, ...bare } = await startBare(bench, program, 'policy.sock', '');
  return {
    Node: { ...bare, policy: socketmap },
    oneRule: await startDaemon(bench, url, { DOVETAIL_POLICY_RULES: 'recipient-status' }),
    byDefault: await startDaemon(bench, url),
    enforced: await startDaemon(bench, url, {
      DOVETAIL_POLICY_RULES: policyRules.map(({ name }) => `${name}=enforce`).join(','),
      DOVETAIL_GREYLIST_DELAY: '1s',
    }),
  };
}

/** Strangers come until greylisting knows their network: what waits is no DUNNO. */
async function becomeKnown(bench: Workbench, client: string, socket: string): Promise<void> {
  for (const deadline = performance.now() + 60_000; ; ) {
    try {
      await ask(bench, client, socket, { connections: 1, seconds: 1 });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

async function compare(
  bench: Workbench,
  client: string,
  servers: Servers,
  connections: number,
): Promise<Row[]> {
  const costs: Record<Name, number[]> = { Node: [], oneRule: [], byDefault: [], enforced: [] };
  const measure = async (name: Name, seconds: number): Promise<number> => {
    const before = servers[name].cpu();
    const measured = await ask(bench, client, servers[name].policy, { connections, seconds });
    costs[name].push((servers[name].cpu() - before) / measured.requests);
    return measured.requests / measured.seconds;
  };
  // Warm: facts in memory, code compiled. A busy machine reads the facts more slowly.
  for (const name of names) {
    for (let run = 0; run < 5; run += 1) if ((await measure(name, 2)) * 2 > 3 * ACCOUNTS.mailboxes) break;
  }
  for (const name of names) costs[name].splice(0);
  const seconds = bench.quick ? 0.4 : 1;
  const rounds = await interleave(
    {
      Node: () => measure('Node', seconds),
      oneRule: () => measure('oneRule', seconds),
      byDefault: () => measure('byDefault', seconds),
      enforced: () => measure('enforced', seconds),
    },
    bench.quick ? 3 : 9,
  );
  return rowsOf(`policy, ${connections} connections`, rounds, costs);
}

export interface Questions {
  readonly connections: number;
  readonly seconds: number;
  /** How many recipients in turns; all unless told. */
  readonly mailboxes?: number;
  /** The smtpd to which everybody has logged in; else they are a stranger's. */
  readonly smtpd?: number;
}

/** Rejects when an answer was not DUNNO. */
export async function ask(
  bench: Workbench,
  client: string,
  socket: string,
  { connections, seconds, mailboxes = ACCOUNTS.mailboxes, smtpd }: Questions,
): Promise<{ readonly requests: number; readonly seconds: number }> {
  const load = [String(connections), String(seconds), String(2 * mailboxes), DOMAIN];
  const command = [client, socket, ...load, ...(smtpd ? [String(smtpd)] : [])];
  const { stdout, stderr } = await mustRun([...onCore(bench.cores.client), ...command]);
  const measured = JSON.parse(stdout) as { requests: number; wrong: number; seconds: number };
  if (measured.wrong > 0)
    throw new Error(`policy: ${measured.wrong} of ${measured.requests} wrong: ${stderr}`);
  return measured;
}

type Figures = Readonly<Record<Name, readonly number[]>>;

function rowsOf(what: string, { Node, oneRule, byDefault, enforced }: Figures, costs: Figures): Row[] {
  const rate = (name: string, rounds: readonly number[], cost: readonly number[]): Row => ({
    what: `${what}: ${name}`,
    value: median(rounds),
    unit: 'decisions/s',
    rounds,
    note: `${median(cost).toFixed(2)} µs CPU a request`,
  });
  const times = (name: string, rounds: readonly number[], atLeast: number): Row => ({
    what: `${what}: ${name} / bare Node`,
    value: ratio(rounds, Node),
    unit: 'times',
    goal: { atLeast },
  });
  return [
    rate('bare Node', Node, costs.Node),
    rate('one rule', oneRule, costs.oneRule),
    rate('default rules', byDefault, costs.byDefault),
    rate('every rule enforced', enforced, costs.enforced),
    times('one rule', oneRule, 0.8),
    times('default rules', byDefault, 0.5),
    times('every rule enforced', enforced, 0.5),
  ];
}
