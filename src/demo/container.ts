/** container — the same demonstration in a container, where this machine has no mail servers. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../config/folders.ts';
import { runToEnd } from './processes.ts';

const IMAGE = 'dovetail-demo';
const ENGINES = ['docker', 'podman'];

/** Builds the image and runs the demonstration in it; resolves with its exit code. */
export async function runInContainer(missing: string): Promise<number> {
  const engine = await findEngine();
  if (engine === undefined) {
    console.error(`The demonstration cannot run here: ${missing}.
Either, as root on Debian 12:   apt install postfix dovecot-imapd dovecot-lmtpd
or start a container engine (docker or podman), and say it again: npm run demo`);
    return 1;
  }
  console.log(`${missing}: running in a container with ${engine} instead.`);
  const root = packageRoot();
  const file = join(root, 'config-templates/demo/Dockerfile');
  const built = await follow(engine, ['build', '--quiet', '--tag', IMAGE, '--file', file, root]);
  // --init reaps Postfix's daemons, whose end would else never be seen.
  return built === 0 ? follow(engine, ['run', '--rm', '--init', '--network', 'none', IMAGE]) : built;
}

/** The first engine that answers: a client alone is no engine. */
async function findEngine(): Promise<string | undefined> {
  for (const engine of ENGINES) {
    const answered = await runToEnd(engine, ['info']).catch(() => ({ code: 1 }));
    if (answered.code === 0) return engine;
  }
  return undefined;
}

function follow(program: string, words: readonly string[]): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
