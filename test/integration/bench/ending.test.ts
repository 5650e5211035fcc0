/** Whatever ends a benchmark, nothing that it started stays. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const PATIENCE = { timeout: 20_000 };

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s', async (signal) => {
  const program = ['--import', 'tsx', join(import.meta.dirname, 'bench.ts')];
  const bench = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: bench.stdout }), 'line');
  const { folder, pids } = JSON.parse(line) as { folder: string; pids: number[] };
  expect(pids.map(isRunning)).toEqual([true, true, true]);
  const ended = once(bench, 'exit');
  bench.kill(signal);
  expect(await ended).toEqual(signal === 'SIGKILL' ? [null, signal] : [130, null]);
  await expect.poll(() => pids.filter(isRunning), PATIENCE).toEqual([]);
  await expect.poll(() => existsSync(folder), PATIENCE).toBe(false);
});

test('the death of the one who started it', async () => {
  const file = join(import.meta.dirname, 'bench.ts');
  // It starts the benchmark as `npm run bench` does, and waits.
  const starter = `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['--import', 'tsx', ${JSON.stringify(file)}], { stdio: ['ignore', 1, 2, 'ipc'] });`;
  const parent = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const { folder, pids } = JSON.parse(line) as { folder: string; pids: number[] };
  parent.kill('SIGKILL');
  await expect.poll(() => pids.filter(isRunning), PATIENCE).toEqual([]);
  await expect.poll(() => existsSync(folder), PATIENCE).toBe(false);
});
