#!/usr/bin/env node
/** bench — builds what is out of date and runs the benchmarks of test/bench (docs/benchmarks.md).
 *
 * usage    npm run bench -- [--quick] [--json FILE] [NAME…] */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale, install, root, untilExit } from './checkout.mjs';

install();
await buildIfStale();
const words = ['--import', 'tsx', join(root, 'test/bench/run.ts'), ...process.argv.slice(2)];
// By the end of this channel the benchmarks hear that we were killed, and end too.
const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
process.exit(await untilExit(spawn(process.execPath, words, { cwd: root, stdio })));
