#!/usr/bin/env node
/** check — everything about the code that needs no running server.
 *
 * usage    npm run check                  all of them
 *          npm run check -- types style   only these
 * exit     1 when one found something; its findings are printed, the others run all the same */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.mjs';

const tool = (path, ...words) => run(process.execPath, [join(root, 'node_modules', path), ...words]);

/** Each check resolves with what it found: nothing means fine. */
const checks = {
  // The path is written out: a second TypeScript beside ours would own `.bin/tsc`.
  types: () => tool('typescript/bin/tsc', '-p', '.'),
  style: () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  rules: () => tool('eslint/bin/eslint.js', '--max-warnings', '0', '.'),
  imports: checkImports,
  sql: checkSql,
  documents: () => tool('vitest/vitest.mjs', 'run', '--config', 'scripts/check.vitest.mjs'),
};

/** Runs a program; resolves with its output if it failed, with nothing if it did not. */
function run(command, words, judge = (code) => code === 0) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', CI: 'true' }; // CI: a missing page is not written, it fails
    const child = spawn(command, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve(judge(code, output) ? '' : output || `exit code ${code}`));
  });
}

/** A cruiser that cannot read TypeScript finds no modules, no violations, and says all is well. */
function checkImports() {
  const sources = readdirSync(join(root, 'src'), { recursive: true }).filter((name) => name.endsWith('.ts'));
  const words = [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    'src',
    '--config',
    '.dependency-cruiser.cjs',
  ];
  return run(process.execPath, [join(root, 'node_modules', words[0]), ...words.slice(1)], (code, output) => {
    const modules = Number(/(\d+) modules/u.exec(output)?.[1] ?? 0);
    return code === 0 && sources.length > 0 && modules >= sources.length;
  });
}

/** Does PostgreSQL's own parser read every file below sql/? */
async function checkSql() {
  const { parse } = await import('libpg-query');
  const files = readdirSync(join(root, 'sql'), { recursive: true }).filter((name) => name.endsWith('.sql'));
  if (files.length === 0) return 'there are no files below sql/';
  const problems = [];
  for (const name of files) {
    await parse(readFileSync(join(root, 'sql', name), 'utf8')).catch((error) =>
      problems.push(`sql/${name}: ${error.message}`),
    );
  }
  return problems.join('\n');
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`check: there is no ${unknown.join(', ')}; there are: ${Object.keys(checks).join(', ')}`);
  process.exit(2);
}

for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const started = performance.now();
  const findings = await check();
  const took = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${findings ? '✗' : '✓'} ${name.padEnd(10)} ${took} s`);
  if (!findings) continue;
  console.error(`\n${findings.trim()}\n`);
  process.exitCode = 1;
}
