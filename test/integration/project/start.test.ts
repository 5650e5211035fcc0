/** Whenever `npm start` is ended, nothing goes on behind it, and nothing begins after it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const real = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Says where it is, and stays there until it is ended, or for ten seconds. */
const HOLD = `
import { appendFileSync } from 'node:fs';
export const note = (word) => appendFileSync('seen', word + '\\n');
export const hold = (word, onTerm = () => process.exit(1)) => {
  process.on('SIGTERM', () => { note(word + ' ended'); onTerm(); });
  note(word);
  return new Promise((resolve) => setTimeout(resolve, 10_000));
};
`;
const DOVETAIL = `#!/usr/bin/env node
import { hold, note } from '../hold.mjs';
const [command, verb] = process.argv.slice(2);
if (command === 'serve') {
  const addresses = ['/tmp/socketmap.sock'];
  if (process.argv0) console.log(JSON.stringify({ level: 'info', event: 'daemon.ready', addresses }));
  await hold('the daemon', () => process.exit(0));
} else if (verb === 'show') {
  process.exit(process.env.HOLD_AT === 'the example' ? 1 : 0);
} else {
  await hold('the example');
}
process.exit(0);
`;
const BUILD = `
import { hold } from '../hold.mjs';
export const isBuildStale = () => process.env.HOLD_AT === 'the build';
export const build = async () => void (await hold('the build').catch(() => 0));
`;

let folder: string;

/** A checkout with our scripts, in which nothing is done but to say so and to wait. */
beforeEach(async () => {
  folder = join(inject('runFolder'), `start-${randomUUID().slice(0, 8)}`);
  for (const name of ['scripts', 'bin']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['start.mjs', 'checkout.mjs'])
    await cp(join(root, 'scripts', name), join(folder, 'scripts', name));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('hold.mjs', HOLD);
  write('bin/dovetail', DOVETAIL);
  write('bin/package.json', '{"type":"module"}');
  write('scripts/build.mjs', BUILD);
  write(
    'preinstall.mjs',
    `if (process.env.HOLD_AT === 'the install') await (await import('./hold.mjs')).hold('the install');`,
  );
  const scripts = { start: real.scripts.start, preinstall: 'exec node preinstall.mjs' };
  const own = { name: 'scratch', version: '1.0.0' };
  write('package.json', JSON.stringify({ ...own, scripts }));
  write('package-lock.json', JSON.stringify({ ...own, lockfileVersion: 3, packages: { '': own } }));
});

function start(command: string, words: readonly string[], at: string): ChildProcess {
  const env = { ...process.env, HOLD_AT: at, DATABASE_URL: at === 'the example' ? '' : 'postgres:///x' };
  const child = spawn(command, words, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stderr?.resume();
  return child;
}

const seen = (): string[] => {
  const file = join(folder, 'seen');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

const starts = {
  'npm start': ['npm', ['start']],
  'scripts/start.mjs': [process.execPath, ['scripts/start.mjs']],
} as const;

describe.each(Object.entries(starts))('%s', (_, [command, words]) => {
  test.each([
    ['the install', ['the install', 'the install ended']],
    ['the build', ['the build']],
    ['the daemon', ['the daemon', 'the daemon ended']],
    ['the example', ['the daemon', 'the daemon ended', 'the example', 'the example ended']],
  ])('killed at %s ends it, and begins nothing more', async (at, all) => {
    const child = start(command, words, at);
    await expect.poll(seen).toContain(at);
    child.kill('SIGTERM');
    // Whatever it started holds this end.
    await once(child, 'close');
    expect(
      seen()
        .filter((word) => word !== 'the build ended')
        .sort(),
    ).toEqual(all);
  });
});

test('a terminal that is closed ends it, and the daemon does not take that for a reload', async () => {
  const child = start(process.execPath, ['scripts/start.mjs'], 'the daemon');
  await expect.poll(seen).toContain('the daemon');
  child.kill('SIGHUP');
  await once(child, 'close');
  expect(seen()).toEqual(['the daemon', 'the daemon ended']);
});
