/** redis-groups — several real Redis of a test's own that stand in for one another: a master with a replica
 * and the Sentinel that watches them, and a cluster. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { answers, freePort, startRedis, type TestRedis } from './redis.ts';

const run = promisify(execFile);
const ask = async ({ port }: { readonly port: number }, ...words: readonly string[]): Promise<string> =>
  (await run('redis-cli', ['-p', `${port}`, ...words])).stdout;

export interface WatchedRedis {
  readonly url: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
  /** Until the replica has what the master had. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** The Sentinel takes a master that was silent for half a second for dead. */
export async function startWatchedRedis(): Promise<WatchedRedis> {
  const master = await startRedis();
  const replica = await startRedis('--replicaof', '127.0.0.1', `${master.port}`);
  const port = await freePort();
  const file = join(await mkdtemp(join(tmpdir(), 'dovetail-sentinel-')), 'sentinel.conf');
  await writeFile(
    file,
    `port ${port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n`,
  );
  const sentinel = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  await once(sentinel, 'spawn');
  while (!(await answers(port))) await setTimeout(20);
  // Before it knows of the replica it has nobody to put in the master's place.
  while (!(await ask({ port }, 'sentinel', 'replicas', 'main')).includes(`${replica.port}`))
    await setTimeout(50);
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    master,
    replica,
    caughtUp: async () => {
      while ((await ask(master, 'wait', '1', '100')).trim() !== '1') await setTimeout(20);
    },
    async close() {
      const ended = once(sentinel, 'exit');
      sentinel.kill('SIGKILL');
      await Promise.all([ended, master.kill(), replica.kill()]);
    },
  };
}

export interface TestCluster {
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  close(): Promise<void>;
}

/** Three nodes, among which the keys are spread. */
export async function startCluster(): Promise<TestCluster> {
  const words = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'];
  const nodes = await Promise.all([1, 2, 3].map(async () => startRedis(...words)));
  const places = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run('redis-cli', ['--cluster', 'create', ...places, '--cluster-yes']);
  for (const node of nodes) {
    while (!(await ask(node, 'cluster', 'info')).includes('cluster_state:ok')) await setTimeout(50);
  }
  return {
    url: `redis+cluster://${places.join()}`,
    nodes,
    close: async () => void (await Promise.all(nodes.map(async (node) => node.kill()))),
  };
}
