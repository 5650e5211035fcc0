/** start — from spawn to the first right answer, with a database that runs already. */

import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { addressOf, DOMAIN, daemonEnvironment, openHost } from '../hosts.ts';
import { launch } from '../processes.ts';
import { median } from '../rounds.ts';
import { type Benchmark, root, type Workbench } from '../workbench.ts';
import { ACCOUNTS } from './cached.ts';

const REQUEST = `virtual_mailbox_maps ${addressOf(0)}`;
const REPLY = `OK ${DOMAIN}/0box/`;

export const start: Benchmark = {
  name: 'start',
  about: 'from spawn to the first right answer, the database running',
  async run(bench) {
    const host = await openHost(bench, ACCOUNTS);
    const times: number[] = [];
    for (let round = 0; round < (bench.quick ? 3 : 10); round += 1)
      times.push(await startOnce(bench, host.url, round));
    const seconds = times.map((time) => time / 1000);
    return [
      {
        what: 'start to the first answer',
        value: median(seconds),
        unit: 's',
        goal: { atMost: 0.5 },
        rounds: seconds,
      },
      { what: 'bare `node -e 0`, for orientation', value: median(await bareNode(times.length)), unit: 's' },
    ];
  },
};

async function startOnce(bench: Workbench, url: string, round: number): Promise<number> {
  const run = path.join(bench.folder, `start-${round}`);
  mkdirSync(run);
  const started = performance.now();
  const daemon = launch([process.execPath, path.join(root, 'dist/dovetail.js'), 'serve'], {
    env: { ...process.env, ...daemonEnvironment(run, url) },
    stdio: 'ignore',
  });
  try {
    for (;;) {
      const reply = await askOnce(path.join(run, 'socketmap.sock')).catch(() => undefined);
      if (reply === `${REPLY.length}:${REPLY},`) return performance.now() - started;
      if (reply !== undefined) throw new Error(`start: the first answer was ${reply}`);
      if (daemon.exitCode !== null) throw new Error(`start: the daemon ended with ${daemon.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } finally {
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    if (daemon.kill('SIGTERM')) await gone;
  }
}

function askOnce(socket: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socket, () => connection.write(`${REQUEST.length}:${REQUEST},`));
    connection.on('error', reject);
    connection.once('data', (reply) => {
      resolve(reply.toString());
      connection.destroy();
    });
  });
}

async function bareNode(rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await new Promise((resolve) => launch([process.execPath, '-e', '0'], {}).once('exit', resolve));
    times.push((performance.now() - started) / 1000);
  }
  return times;
}
