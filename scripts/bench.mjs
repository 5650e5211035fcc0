#!/usr/bin/env node
/** bench — builds what is out of date and runs the benchmarks of test/bench (docs/benchmarks.md).
 *
 * usage    npm run bench -- [--quick] [--json FILE] [NAME…] */

import { join } from 'node:path';
import { buildIfStale, install, root, run, runScript } from './checkout.mjs';

await runScript(async () => {
  await install();
  await buildIfStale();
  const words = ['--import', 'tsx', join(root, 'test/bench/run.ts'), ...process.argv.slice(2)];
  // By the end of this channel the benchmarks hear that we were killed, and end too.
  return run(process.execPath, words, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
});
