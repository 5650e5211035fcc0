/** dovetail — the program: the process's own streams and environment, and the exit code.
 *
 * Bundled to dist/dovetail.js, which bin/dovetail runs. */

import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import pico from 'picocolors';
import { packageRoot } from '../config/folders.ts';
import { commands } from './index.ts';
import { createInput } from './input.ts';
import { createOutput } from './output.ts';
import { run } from './run.ts';
import { createWorld } from './world.ts';

const output = createOutput(
  { stdout: (text) => void process.stdout.write(text), stderr: (text) => void process.stderr.write(text) },
  pico.createColors(isatty(1) && pico.isColorSupported),
);

const world = createWorld({
  output,
  input: createInput(isatty(0), () => process.stdin, process.stderr),
  person: personName(),
  async loadSettings(config) {
    const { loadSettings } = await import('../config/settings.ts');
    return loadSettings({ file: config });
  },
});

// `dovetail user list | head`: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), world, commands, version());

function version(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The login name, or the number of a user without one (containers run so). */
function personName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
