/** A private Dovecot 2.3 that does nothing but authenticate, through a checkpassword program. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const config = (folder: string, program: string, socket: string) => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols =
ssl = no
auth_mechanisms = plain
auth_failure_delay = 0
service stats {
  unix_listener stats-reader {
    mode = 0600
  }
}
# The delays against guessing would be spent here.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = checkpassword
  args = ${program} --socket ${socket}
}
userdb {
  driver = prefetch
}
userdb {
  driver = checkpassword
  args = ${program} --socket ${socket}
}
`;

/** Why this machine cannot run it, or undefined. */
export function whyNoDovecot(): string | undefined {
  const { stdout } = spawnSync('dovecot', ['--version'], { encoding: 'utf8' });
  if (!stdout) return 'Dovecot is not installed: apt install dovecot-core';
  if (!stdout.startsWith('2.3.')) return `Dovecot ${stdout.trim()} has no checkpassword driver; 2.3 has`;
  return process.getuid?.() === 0 ? undefined : 'Dovecot starts as root only';
}

export interface PrivateDovecot {
  /** Runs doveadm against it: what it printed, and its exit code. */
  doveadm(...args: string[]): Promise<{ readonly code: number | null; readonly text: string }>;
  close(): Promise<void>;
}

export async function startDovecot(folder: string, program: string, socket: string): Promise<PrivateDovecot> {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const file = join(folder, 'dovecot.conf');
  writeFileSync(file, config(folder, program, socket));
  const master = spawn('dovecot', ['-F', '-c', file], { stdio: 'inherit' });
  const ended = new Promise<void>((resolve) => master.once('exit', () => resolve()));
  await untilListening(join(folder, 'run', 'auth-userdb'), master);
  return {
    doveadm: (...args) =>
      new Promise((resolve) => {
        const child = spawn('doveadm', ['-c', file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
        let text = '';
        child.stdout.on('data', (chunk) => (text += chunk));
        child.stderr.on('data', (chunk) => (text += chunk));
        child.once('close', (code) => resolve({ code, text }));
      }),
    async close() {
      master.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilListening(socket: string, master: ChildProcess): Promise<void> {
  while (!existsSync(socket)) {
    if (master.exitCode !== null) throw new Error(`dovecot ended with ${master.exitCode}`);
    await pause(20);
  }
}
