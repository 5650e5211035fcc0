/** checkout — brings a checkout into the state in which the program runs: installed and built. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const program = join(root, 'bin/dovetail');

/** `npm ci`, if node_modules is missing or older than the lock file. */
export function install() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (existsSync(installed) && modified(installed) >= modified(join(root, 'package-lock.json'))) return;
  console.log('Installing the packages of package-lock.json …');
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  must(command, [...first, 'ci', '--no-audit', '--no-fund'], 'npm ci');
}

/** Bundles src/ into dist/, if a source is newer. */
export async function buildIfStale() {
  const { build, isBuildStale } = await import('./build.mjs');
  if (!isBuildStale()) return;
  console.log('Building …');
  await build();
}

/** Runs a program to its end; its output is ours. The exit code, 1 if a signal ended it. */
export function run(command, words, options = {}) {
  const { status, error } = spawnSync(command, words, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  return status ?? 1;
}

/** The same, and throws a `Failed` when it fails. */
export function must(command, words, title, options = {}) {
  const code = run(command, words, options);
  if (code !== 0) throw new Failed(`${title} failed: exit code ${code}`);
}

/** Has been explained by the program that failed: one line is enough. */
class Failed extends Error {}

/** Runs a script to its exit code. */
export async function runScript(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(error instanceof Failed ? error.message : error);
    process.exitCode = 1;
  }
}

/** Runs a program that handles Ctrl-C itself; resolves with its exit code. */
export const follow = (command, words) => untilExit(spawn(command, words, { cwd: root, stdio: 'inherit' }));

/** The exit code of a running program. Until then Ctrl-C is its business: a terminal sends SIGINT
 * to it too, and what `kill` sends to us is passed on. */
export function untilExit(child) {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

const modified = (path) => statSync(path).mtimeMs;
