/** commands-page — docs/commands.md, made from the commands themselves. */

import type { Command } from 'commander';
import { silent } from '../../../src/base/log.ts';
import { commands } from '../../../src/cli/index.ts';
import { createInput } from '../../../src/cli/input.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { buildProgram } from '../../../src/cli/run.ts';
import { createWorld } from '../../../src/cli/world.ts';

/** The whole program, with a world that nobody enters. */
export function program(): Command {
  const output = createOutput({ stdout() {}, stderr() {} }, COLOURLESS);
  const input = createInput(false, () => process.stdin, process.stderr);
  const loadSettings = () => Promise.reject(new Error('no command runs here'));
  const world = createWorld({ output, input, person: 'nobody', loadSettings, log: silent });
  return buildProgram(world, commands, '0.0.0');
}

const plain = (text: string | number | null | undefined) => String(text);
const COLOURLESS = new Proxy({}, { get: () => plain }) as Parameters<typeof createOutput>[1];

export const leavesOf = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);

/** `domain add`: the words that call it, without the program's name. */
export const wordsOf = (command: Command): string =>
  command.parent?.parent ? `${wordsOf(command.parent)} ${command.name()}` : command.name();

const EVERYWHERE = ['--json', '--config', '--help'];

/** What `dovetail … --help` prints, the example after it included, without what all commands have. */
export function helpOf(command: Command): string {
  let text = '';
  command.configureHelp({
    visibleOptions: ({ options }) => options.filter(({ long }) => !EVERYWHERE.includes(long ?? '')),
  });
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 }).outputHelp();
  return text.trimEnd();
}

export function describeCommands(): string {
  const whole = program();
  const chapters = whole.commands.map((family) => {
    const leaves = leavesOf(family).map((leaf) => `${'```'}text\n${helpOf(leaf)}\n${'```'}\n`);
    return `## ${family.name()}\n\n${sentence(family.description())}\n\n${leaves.join('\n')}`;
  });
  return `# Commands

<!-- Made from src/cli/; do not edit. Re-make it: npx vitest run test/unit/project -u -->

Every command has \`--help\`, \`--json\` and \`--config FILE\`. Exit codes: 0 done; 1 refused or failed, with one line on stderr that says what,
why and what to do; 2 wrong usage; 75 could not find out (\`lookup\`, \`auth test\`). Nothing asks a question when stdin is not a terminal.

With \`--json\` what went wrong is an object, the last line on stderr: \`{"error":{"what":"cannot add user bob@example.org","why":"the domain example.org
does not exist","do":"add it: dovetail domain add example.org"}}\`. What the exit code means stays the same; notes and warnings before it are text.

${chapters.join('\n')}`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
