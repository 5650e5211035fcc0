/** daemon-process — `dovetail serve` of these sources as a process of its own, which takes signals. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, onTestFinished } from 'vitest';

export interface DaemonProcess {
  readonly pid: number;
  readonly socketmap: string;
  /** What it has logged. */
  readonly events: readonly Record<string, unknown>[];
  /** Resolves at the next such event after those of `events` that were there at the call. */
  next(event: string): Promise<Record<string, unknown>>;
  /** Writes the settings file anew; the process hears of it by SIGHUP alone. */
  configure(settings: Record<string, string>): void;
  kill(signal: NodeJS.Signals): void;
}

/** Resolves when it is ready; ends with the test. */
export async function spawnDaemon(
  url: string,
  { env = {}, ...settings }: { env?: Record<string, string>; [setting: string]: unknown } = {},
): Promise<DaemonProcess> {
  const folder = mkdtempSync(join(inject('runFolder'), 'serve-'));
  const file = join(folder, 'dovetail.yaml');
  const configure = (changes: Record<string, unknown>): void => {
    const lines = Object.entries({ database_url: url, run_dir: folder, http: 'none', ...changes });
    writeFileSync(file, lines.map(([key, value]) => `${key}: "${value}"\n`).join(''));
  };
  configure(settings);
  const program = ['--import', 'tsx', 'src/cli/dovetail.ts', 'serve', '--config', file];
  const child = spawn(process.execPath, program, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => stop(child));
  const events: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)));
  const next = async (event: string): Promise<Record<string, unknown>> => {
    const from = events.length;
    const find = () => events.slice(from).find((one) => one.event === event);
    await expect.poll(find).toBeDefined();
    return find() as Record<string, unknown>;
  };
  await next('daemon.ready');
  return {
    pid: child.pid as number,
    socketmap: join(folder, 'socketmap.sock'),
    events,
    next,
    configure,
    kill: (signal) => void child.kill(signal),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
