/** A benchmark's process: a program that runs, one that never becomes ready, and a server that is
 * known by its file alone; prints where they are. */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from '../../bench/processes.ts';
import { watch } from '../../bench/watch.ts';
import { closeWhenTold, openWorkbench } from '../../bench/workbench.ts';

const bench = openWorkbench({ quick: true, pin: false });
closeWhenTold(bench);
const forever = [process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'];

const runs = await startProgram(forever, { ready: (output) => output.includes('\n') });
bench.atEnd(() => runs.stop());
const [file = '', ...words] = forever;
const server = spawn(file, words, { detached: true, stdio: 'ignore' });
server.unref();
const pidFile = join(bench.folder, 'server.pid');
writeFileSync(pidFile, `     ${server.pid}\n`);
watch(`pidfile ${pidFile}`);
bench.atEnd(() => void server.kill());
let isTold = false;
const starting = startProgram(forever, {
  ready(output) {
    const pid = Number(output);
    if (pid > 0 && !isTold)
      console.log(JSON.stringify({ folder: bench.folder, pids: [runs.pid, server.pid, pid] }));
    isTold ||= pid > 0;
    return false;
  },
});
await starting.catch(() => undefined);
