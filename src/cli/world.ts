/** world — the real world of a command: settings, the database, who is at the keyboard.
 *
 * All of it is opened when first asked for, and closed when the command ends. */

import { systemClock } from '../base/clock.ts';
import { type Log, silent } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Settings, SettingsOutcome } from '../config/settings.ts';
import { type ExitCode, failure, type World } from './command.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';
import type { RunnableWorld } from './run.ts';

export interface WorldParts {
  readonly output: Output;
  readonly input: Input;
  readonly person: string;
  /** All settings; `config` is the file of `--config`. */
  loadSettings(config: string | undefined): Promise<SettingsOutcome>;
  readonly log?: Log;
}

export function createWorld({
  output,
  input,
  person,
  loadSettings,
  log = silent,
}: WorldParts): RunnableWorld {
  const closers: (() => Promise<void> | void)[] = [];
  let config: string | undefined;
  let exitCode: ExitCode = 0;
  const world: RunnableWorld = {
    output,
    input,
    log,
    person,
    clock: systemClock,
    settings: once(async () => checkSettings(await loadSettings(config), output)),
    readSettings: () => loadSettings(config),
    openServer: once(() => openServer(world)),
    openDatabase: once(async () => (await import('./open-database.ts')).openDatabase(world)),
    atEnd: (close) => void closers.push(close),
    exitWith: (code) => {
      exitCode = code;
    },
    get exitCode() {
      return exitCode;
    },
    use(options) {
      output.useJson(options.json);
      config = options.config;
    },
    end: () => closeAll(closers.splice(0).reverse(), log),
  };
  return world;
}

/** Remembers the first call's promise. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

function checkSettings(outcome: SettingsOutcome, output: Output): Settings {
  if (outcome.kind === 'ok') {
    for (const warning of outcome.warnings) output.note(`dovetail: warning: ${warning}`);
    return outcome.settings;
  }
  const advice = 'mend them; docs/settings.md describes each';
  throw failure({ what: 'bad settings', why: outcome.problems.join('; '), advice });
}

async function openServer(world: World): Promise<{ url: string; embedded: boolean }> {
  const { databaseUrl, stateDir } = await world.settings();
  if (databaseUrl !== null) return { url: databaseUrl, embedded: false };
  const { openEmbedded } = await import('../database/embedded.ts');
  const server = await openEmbedded({ folder: stateDir, log: world.log });
  world.atEnd(() => server.stop());
  return { url: server.url, embedded: true };
}

async function closeAll(closers: readonly (() => Promise<void> | void)[], log: Log): Promise<void> {
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      log.warn('cli.close', { why: reasonOf(error) });
    }
  }
}
