/** watch — tells the watcher what a benchmark would leave behind if it were killed now. */

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/** A process, a file that holds the number of one, a folder. */
export type Leftover = `pid ${number}` | `pidfile ${string}` | `folder ${string}`;

let watcher: ChildProcess | undefined;

export const watch = (leftover: Leftover): void => tell(`+${leftover}`);
export const unwatch = (leftover: Leftover): void => tell(`-${leftover}`);

function tell(line: string): void {
  watcher ??= startWatcher();
  watcher.stdin?.write(`${line}\n`);
}

/** It must not keep us running, and goes when our end of its stdin is closed. */
function startWatcher(): ChildProcess {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'watcher.mjs')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.unref();
  const { stdin } = child;
  stdin.on('error', () => undefined);
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return child;
}
