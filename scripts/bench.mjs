#!/usr/bin/env node
/** bench — builds what is out of date and runs the benchmarks of test/bench (docs/benchmarks.md).
 *
 * usage    npm run bench -- [--quick] [--json FILE] [NAME…] */

import { join } from 'node:path';
import { buildIfStale, follow, install, root } from './checkout.mjs';

install();
await buildIfStale();
const words = ['--import', 'tsx', join(root, 'test/bench/run.ts'), ...process.argv.slice(2)];
process.exit(await follow(process.execPath, words));
