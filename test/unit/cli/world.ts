/** world — a command's world without a terminal, whose words are kept. */

import { Readable } from 'node:stream';
import pico from 'picocolors';
import type { Input } from '../../../src/cli/input.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createWorld } from '../../../src/cli/world.ts';
import { loadSettings } from '../../../src/config/settings.ts';

export interface KeptWords {
  stdout: string;
  stderr: string;
}

/** Settings come from `env` alone; `stdin` is what is piped in, `typed` what a person types. */
export function createTestWorld({
  env = {},
  stdin = '',
  typed,
}: {
  env?: Record<string, string>;
  stdin?: string;
  typed?: readonly string[];
} = {}) {
  const words: KeptWords = { stdout: '', stderr: '' };
  const output = createOutput(
    {
      stdout: (text) => {
        words.stdout += text;
      },
      stderr: (text) => {
        words.stderr += text;
      },
    },
    pico.createColors(false),
  );
  const answers = [...(typed ?? [])];
  const input: Input = {
    isTerminal: typed !== undefined,
    stream: () => Readable.from([stdin]),
    readAll: async () => stdin,
    askSecret: async () => answers.shift() ?? '',
  };
  const world = createWorld({
    output,
    input,
    person: 'tester',
    loadSettings: async () => loadSettings({ env }),
  });
  return { world, words };
}
