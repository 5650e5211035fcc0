/** checkout — brings a checkout into the state in which the program runs: installed and built.
 *
 * notes    A signal ends what we have started, and nothing more begins. So package.json has `exec node …`: npm passes
 *          signals on to a shell, which would die of them and leave us running. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const program = join(root, 'bin/dovetail');

/** `npm ci`, if node_modules is missing or older than the lock file. */
export async function install() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && modified(installed) >= modified(join(root, 'package-lock.json'))) return;
  console.log('Installing the packages of package-lock.json …');
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  await must(command, [...first, 'ci', '--no-audit', '--no-fund'], 'npm ci');
}

/** Bundles src/ into dist/, if a source is newer. */
export async function buildIfStale() {
  const { build, isBuildStale } = await import('./build.mjs');
  if (!isBuildStale()) return;
  console.log('Building …');
  await build();
}

/** What runs now. */
const children = new Set();
/** The first signal that we heard. */
let endedBy;

/** Starts a program that ends with us. Throws when we are to end. */
export function begin(command, words, options = {}) {
  if (endedBy) throw new Failed(`ended by ${endedBy}`);
  const child = spawn(command, words, { cwd: root, stdio: 'inherit', ...options });
  const isOver = () => children.delete(child);
  children.add(child);
  child.on('exit', isOver).on('error', isOver);
  return child;
}

/** Runs a program to its end; its output is ours. The exit code, 1 if a signal ended it. */
export async function run(command, words, { input, ...options } = {}) {
  const child = begin(command, words, options);
  // Who does not read it says why himself.
  child.stdin?.on('error', () => {}).end(input);
  return codeOf(child);
}

/** The same, and throws a `Failed` when it fails, or when we are to end. */
export async function must(command, words, title, options = {}) {
  const code = await run(command, words, options);
  if (code !== 0 || endedBy) throw new Failed(`${title} failed: exit code ${code}`);
}

/** The exit code of a program that was begun: that of Ctrl-C, or 1, if a signal ended it. */
export async function codeOf(child) {
  const [code, signal] = await once(child, 'exit');
  return code ?? (signal === 'SIGINT' ? codeAfter(signal) : 1);
}

const codeAfter = (signal) => 128 + constants.signals[signal];

/** Ctrl-C is our programs' business too: a terminal sends SIGINT to each. What `kill` sends to us is passed on, and that
 * a terminal was closed is an end also for a daemon, to which it would mean something else. */
function heedSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      endedBy ??= signal;
      if (children.size === 0) process.exit(codeAfter(signal));
      if (signal !== 'SIGINT') for (const child of children) child.kill('SIGTERM');
    });
  }
}

/** Has been explained by the program that failed: one line is enough. */
class Failed extends Error {}

/** Runs a script to its exit code. */
export async function runScript(work) {
  heedSignals();
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.exitCode = endedBy ? codeAfter(endedBy) : 1;
    if (endedBy) return;
    console.error(error instanceof Failed ? error.message : error);
  }
}

const modified = (path) => statSync(path).mtimeMs;
