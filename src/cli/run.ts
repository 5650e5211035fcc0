/** run — one command line from its words to its exit code: the door at which errors end.
 *
 * exit     0 done, 1 refused or failed, 2 wrong usage, 75 could not find out */

import { Command, CommanderError } from 'commander';
import { reasonOf } from '../base/text.ts';
import { isRightMissing } from '../database/refusal.ts';
import {
  CommandFailed,
  type CommandFile,
  type ExitCode,
  type Failure,
  failureLine,
  RIGHTS_ADVICE,
  type World,
} from './command.ts';

/** What run.ts needs of a world beyond what commands see. */
export interface RunnableWorld extends World {
  /** The options that every command has, before its action runs. */
  use(options: { readonly json: boolean; readonly config: string | undefined }): void;
  readonly exitCode: ExitCode;
  /** Closes what the command opened, latest first; never rejects. */
  end(): Promise<void>;
}

/** Runs `words` (without node and program name) and tells the exit code. Never rejects. */
export async function run(
  words: readonly string[],
  world: RunnableWorld,
  commands: readonly CommandFile[],
  version: string,
): Promise<ExitCode> {
  try {
    await buildProgram(world, commands, version, words).parseAsync(words, { from: 'user' });
    return world.exitCode;
  } catch (error) {
    return exitCodeOf(error, world, words);
  } finally {
    await world.end();
  }
}

/** The commander program; also what the documentation's generator walks. */
export function buildProgram(
  world: RunnableWorld,
  commands: readonly CommandFile[],
  version: string,
  words: readonly string[] = [],
): Command {
  const program = new Command('dovetail')
    .description('The brain for people who run their own Postfix and Dovecot on PostgreSQL')
    .version(version)
    .configureOutput({
      writeOut: (text) => world.output.raw(text),
      writeErr: (text) => world.output.note(text.trimEnd()),
      outputError: (text, write) => write(usageError(text, words)),
    })
    .exitOverride();
  for (const command of commands) command.register(program, world);
  for (const leaf of leavesOf(program)) addSharedOptions(leaf, world);
  return program;
}

/** commander's `error: missing required argument 'address'`, as one line that says what to do. */
function usageError(text: string, words: readonly string[]): string {
  const what = text
    .replace(/^error: /u, '')
    .trim()
    .replace(/\s+/gu, ' ');
  const advice = '--help tells the usage, with an example';
  return asksJson(words) ? errorObject({ what, why: 'wrong usage', advice }) : `dovetail: ${what}; ${advice}`;
}

/** Asked of the words: wrong usage is found before the options are read. */
const asksJson = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).includes('--json');
};

/** One line, for a program that asked for JSON. */
const errorObject = ({ what, why, advice }: Omit<Failure, 'code'>): string =>
  JSON.stringify({ error: { what, why, do: advice } });

const leavesOf = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);

function addSharedOptions(leaf: Command, world: RunnableWorld): void {
  leaf
    .option('--json', 'print JSON for machines')
    .option('--config <file>', 'the settings file (default: /etc/dovetail/dovetail.yaml when it exists)')
    .hook('preAction', (_, action) => {
      const { json = false, config } = action.opts<{ json?: boolean; config?: string }>();
      world.use({ json, config });
    });
}

function exitCodeOf(error: unknown, world: World, words: readonly string[]): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isJson = asksJson(words);
  if (error instanceof CommandFailed) {
    const { failure } = error;
    world.output.note(isJson ? errorObject(failure) : `dovetail: ${failureLine(failure)}`);
    return failure.code ?? 1;
  }
  const why = reasonOf(error);
  const unforeseen = {
    what: 'the command failed',
    why,
    advice: isRightMissing(error) ? RIGHTS_ADVICE : 'try again; docs/operations.md tells what else may help',
  };
  world.output.note(isJson ? errorObject(unforeseen) : `dovetail: ${failureLine(unforeseen)}`);
  world.log.debug('cli.failed', { stack: error instanceof Error ? error.stack : undefined });
  return 1;
}
