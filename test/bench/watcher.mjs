/** watcher — clears up after a benchmark that was killed: ends its programs, removes its folders.
 *
 * A process of its own session, so that what kills the benchmark does not reach it. stdin tells, a
 * line each, what would be left behind (`+`) and what no longer would (`-`):
 *
 *   +pid 123     +pidfile /…/master.pid     +folder /…     -pid 123
 *
 * stdin ends with the benchmark. A normal end has taken everything off the list. */

import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 20_000;
const left = new Set();

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('+')) left.add(line.slice(1));
  else left.delete(line.slice(1));
}
const named = (kind) =>
  [...left].flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));

const since = performance.now();
for (let signal = 'SIGTERM'; left.size > 0 && performance.now() - since < PATIENCE; ) {
  const running = [...named('pid').map(Number), ...named('pidfile').flatMap(pidIn)].filter((pid) =>
    end(pid, signal),
  );
  // PostgreSQL ends by itself and writes into its folder until then.
  if (running.length === 0 && removeFolders()) break;
  await pause(200);
  if (performance.now() - since > PATIENCE / 2) signal = 'SIGKILL';
}

/** Whether it was still there. */
function end(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function pidIn(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return pid > 1 ? [pid] : [];
  } catch {
    return [];
  }
}

function removeFolders() {
  try {
    for (const folder of named('folder')) rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
