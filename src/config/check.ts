/** check — asks the installed Postfix and Dovecot what they think of generated files.
 *
 * Postfix's part is applied to a copy of the host's configuration; nothing of the host changes.
 *
 * limits   Postfix does not open the maps and Dovecot does not connect: for that, `doctor` */

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doors } from './doors/index.ts';

export interface Checked {
  readonly server: 'postfix' | 'dovecot';
  /** `unknown`: the server is not installed here. */
  readonly result: 'ok' | 'wrong' | 'unknown';
  /** What the server said, or nothing. */
  readonly said: string;
}

/** Checks the files that `generateConfig` made below `folder`. Never throws for what a server says. */
export const checkConfig = (folder: string): readonly Checked[] => [
  checkPostfix(folder),
  checkDovecot(folder),
];

function checkPostfix(folder: string): Checked {
  const copy = mkdtempSync(join(tmpdir(), 'dovetail-check-'));
  try {
    const installed = runServer('postconf', ['-h', 'config_directory']);
    if (installed.kind !== 'ran') return outcome('postfix', installed);
    copyPostfix(installed.output.trim(), copy);
    const applied = runServer('sh', [join(folder, 'postfix/apply.sh'), copy]);
    if (applied.kind !== 'ran' || applied.failed) return outcome('postfix', applied);
    return outcome('postfix', runServer('postconf', ['-c', copy, '-n']));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyPostfix(from: string, to: string): void {
  for (const file of ['main.cf', 'master.cf']) {
    if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
    else writeFileSync(join(to, file), '');
  }
}

function checkDovecot(folder: string): Checked {
  const file = join(folder, 'dovecot/dovecot.conf');
  const version = runServer('dovecot', ['--version']);
  if (version.kind === 'ran' && existsSync(file)) {
    const said = misfit(readFileSync(file, 'utf8'), version.output.trim().split(' ')[0] ?? '');
    if (said !== undefined) return { server: 'dovecot', result: 'wrong', said };
  }
  return outcome('dovecot', runServer('doveconf', ['-n', '-c', file]));
}

/** What to say if a dovecot.conf is for another Dovecot than the installed one: each release misreads the
 * other's, and of some doors we know only which releases they were tried with. */
export function misfit(text: string, installed: string): string | undefined {
  const wanted = /^dovecot_config_version/mu.test(text) ? '2.4' : '2.3';
  if (!installed.startsWith(`${wanted}.`)) {
    return `the files are for Dovecot ${wanted}, and ${installed} is installed: make them anew with --dovecot`;
  }
  const door = doors.find(({ name }) => text.includes(`\n# Door: ${name}.\n`));
  const release = /^\d+\.\d+\.\d+/u.exec(installed)?.[0] ?? installed;
  if (door?.provenWith?.includes(release) !== false) return undefined;
  return `the door ${door.name} was tried with Dovecot ${door.provenWith.join(' and ')}, and not with ${release}: use another`;
}

type Run =
  | { readonly kind: 'missing' }
  | { readonly kind: 'ran'; readonly failed: boolean; readonly output: string; readonly complaints: string };

function runServer(program: string, words: readonly string[]): Run {
  const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;
  const run = spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, PATH } });
  if (run.error) return { kind: 'missing' };
  return { kind: 'ran', failed: run.status !== 0, output: run.stdout, complaints: run.stderr.trim() };
}

function outcome(server: Checked['server'], run: Run): Checked {
  if (run.kind === 'missing') return { server, result: 'unknown', said: 'not installed here' };
  return { server, result: run.failed || run.complaints !== '' ? 'wrong' : 'ok', said: run.complaints };
}
