/** settings — fills the table of settings from the environment and one YAML file.
 *
 * source   the environment first, then the file, then the default of the table
 * limits   the file is read once a call; a reload is a second call
 * security values of secret settings are never quoted in a problem and never shown
 *
 * An empty variable is as if unset: container environments often set all they know. */

import { type StandardFolders, standardFolders } from './folders.ts';
import { readSettingsFile } from './settings-file.ts';
import { keyOf, type Setting, type Settings, settingRows } from './settings-table.ts';

export type { Settings } from './settings-table.ts';

export type SettingsOutcome =
  | {
      readonly kind: 'ok';
      readonly settings: Settings;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

export interface SettingsSources {
  /** The process's own environment unless told otherwise. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A YAML file that must be there; without it `DOVETAIL_CONFIG`, then the standard file if it exists. */
  readonly file?: string | undefined;
  readonly folders?: StandardFolders;
}

/** All settings, or every problem with them at once. Never throws. */
export function loadSettings(sources: SettingsSources = {}): SettingsOutcome {
  const env = sources.env ?? process.env;
  const file = readSettingsFile(sources.file ?? env.DOVETAIL_CONFIG);
  const texts = {
    env,
    file: file.values,
    folders: sources.folders ?? standardFolders(),
  };
  const read = settingRows.map(([name, row]) => [name, readSetting(row, texts)] as const);
  const problems = [
    ...file.problems,
    ...unknownVariables(env),
    ...unknownKeys(file),
    ...read.flatMap(([, outcome]) => (outcome.kind === 'bad' ? [outcome.problem] : [])),
  ];
  if (problems.length > 0) return { kind: 'invalid', problems };
  const values = read.map(([name, outcome]) => [name, outcome.kind === 'value' ? outcome.value : undefined]);
  const warnings = settingRows.flatMap(([, row]) => pendingWarning(row, texts));
  return {
    kind: 'ok',
    settings: Object.fromEntries(values) as Settings,
    warnings,
  };
}

/** What systemd handed to this process, and nothing else of the environment. */
export function handedBySystemd(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string | undefined>> {
  const names = [
    'LISTEN_FDS',
    'LISTEN_FDNAMES',
    'LISTEN_PID',
    'NOTIFY_SOCKET',
    'WATCHDOG_USEC',
    'WATCHDOG_PID',
  ];
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

interface Texts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ReadonlyMap<string, string>;
  readonly folders: StandardFolders;
}

type ReadOutcome = { kind: 'value'; value: unknown } | { kind: 'bad'; problem: string };

function readSetting(row: Setting<unknown>, texts: Texts): ReadOutcome {
  const given = textOf(row, texts);
  if (given === undefined) return { kind: 'value', value: fallbackOf(row, texts.folders) };
  const value = row.kind.parse(given.text);
  if (value !== undefined) return { kind: 'value', value };
  const quoted = row.secret ? '' : `, not ${JSON.stringify(withoutLogins(given.text))}`;
  return {
    kind: 'bad',
    problem: `${given.name} must be ${row.kind.form}${quoted}`,
  };
}

/** Of a URL somebody may write a password into, though it has no place there. */
const withoutLogins = (text: string): string => text.replaceAll(/\/\/[^/\s]*@/gu, '//…@');

function textOf(row: Setting<unknown>, texts: Texts): { name: string; text: string } | undefined {
  const fromEnv = texts.env[row.env]?.trim();
  if (fromEnv) return { name: row.env, text: fromEnv };
  const fromFile = texts.file.get(keyOf(row))?.trim();
  return fromFile ? { name: keyOf(row), text: fromFile } : undefined;
}

const fallbackOf = (row: Setting<unknown>, folders: StandardFolders): unknown =>
  typeof row.fallback === 'function' ? row.fallback(folders) : row.fallback;

function unknownVariables(env: Texts['env']): string[] {
  const known = new Set(['DOVETAIL_CONFIG', ...settingRows.map(([, row]) => row.env)]);
  return Object.keys(env)
    .filter((name) => name.startsWith('DOVETAIL_') && !known.has(name))
    .map((name) => `${name} is no setting of dovetail`);
}

function unknownKeys(file: { path: string; values: ReadonlyMap<string, string> }): string[] {
  const known = new Set(settingRows.map(([, row]) => keyOf(row)));
  return [...file.values.keys()]
    .filter((key) => !known.has(key))
    .map((key) => `${key} in ${file.path} is no setting of dovetail`);
}

const pendingWarning = (row: Setting<unknown>, texts: Texts): string[] =>
  row.pending && textOf(row, texts) ? [`${row.env} has no effect in this version`] : [];
