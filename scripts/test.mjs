#!/usr/bin/env node
/** test — the one command that tests everything, also in a fresh clone.
 *
 * usage    npm test                      installs and builds where needed, checks, runs every test
 *          npm test -- test/unit/wire    only these tests (words go to vitest), without the checks
 * makes    var/test-report.json, what .ci/run counts */

import { join } from 'node:path';
import { buildIfStale, install, must, root, runScript } from './checkout.mjs';

const words = process.argv.slice(2);
const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run'];
const report = ['--reporter=default', '--reporter=json', '--outputFile.json=var/test-report.json'];

await runScript(async () => {
  install();
  await buildIfStale();
  if (words.length === 0) must(process.execPath, [join(root, 'scripts/check.mjs')], 'npm run check');
  must(process.execPath, [...vitest, ...report, ...words], 'vitest');
});
