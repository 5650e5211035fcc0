/** summary — the last lines of a CI run: what was skipped, and `N passed, N failed`.
 *
 * exit     1 when a test failed or was skipped, when none ran, or when there is no report */

import { existsSync, readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
const report = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : { success: false, testResults: [] };

const tests = report.testResults.flatMap((file) => file.assertionResults);
const count = (...states) => tests.filter((test) => states.includes(test.status)).length;
const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status));
// A file that could not be loaded has no tests, and has failed all the same.
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
);

for (const test of skipped) console.log(`skipped, which CI does not allow: ${test.fullName}`);
for (const file of broken) console.log(`could not run: ${file.name}`);
if (tests.length === 0) console.log('no test ran');

const passed = count('passed');
const failed = count('failed') + broken.length + skipped.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = report.success && passed > 0 && failed === 0 ? 0 : 1;
