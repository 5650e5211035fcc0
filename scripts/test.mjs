#!/usr/bin/env node
/** test — the one command that tests everything, also in a fresh clone.
 *
 * usage    npm test                      installs and builds where needed, checks, runs every test
 *          npm test -- test/unit/wire    only these tests (words go to vitest), without the checks
 * makes    var/test-report.json, what .ci/run counts */

import { join } from 'node:path';
import { buildIfStale, install, root, run, runScript } from './checkout.mjs';

const words = process.argv.slice(2);
const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run'];
const report = ['--reporter=default', '--reporter=json', '--outputFile.json=var/test-report.json'];

await runScript(async () => {
  await install();
  await buildIfStale();
  const steps = [
    ...(words.length === 0 ? [['npm run check', [join(root, 'scripts/check.mjs')]]] : []),
    ['vitest', [...vitest, ...report, ...words]],
  ];
  // What the first one finds is no reason not to run the second.
  const failed = [];
  for (const [title, command] of steps) if ((await run(process.execPath, command)) !== 0) failed.push(title);
  if (failed.length > 0) console.error(`failed, see above: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
});
