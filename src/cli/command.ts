/** command — what a command file is, and the world that it is handed.
 *
 * A new command is one file that exports a `CommandFile` and one line in index.ts. Files import
 * `commander` as types only and everything heavy inside the action, so that `--help` starts fast.
 * `--json` and `--config` are added to every command by run.ts; no command declares them.
 *
 * An action that cannot do what was asked throws `failure(...)`: run.ts turns it into one line on
 * stderr and the exit code. What an action opened through the world is closed by run.ts. */

import type { Command } from 'commander';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Settings, SettingsOutcome } from '../config/settings.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';

export interface CommandFile {
  register(program: Command, world: World): void;
}

/** Runs SQL; inside `transaction` on that transaction's connection. Rejects with pg's errors. */
export interface Sql {
  rows<R>(text: string, params?: readonly unknown[]): Promise<R[]>;
}

/** An open database whose schema is there. */
export interface AccountsDatabase {
  readonly url: string;
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

export interface World {
  readonly output: Output;
  readonly input: Input;
  readonly clock: Clock;
  readonly log: Log;
  /** Who is at the keyboard, for the audit log: the name of the operating system's user. */
  readonly person: string;
  /** All settings, read once; refuses with every problem when some are bad. */
  settings(): Promise<Settings>;
  /** The settings as they are now, or all that is wrong with them. */
  readSettings(): Promise<SettingsOutcome>;
  /** The URL of the database: DATABASE_URL, or that of the embedded PostgreSQL, which is started
   * if it is not running. Nothing is migrated. */
  openServer(): Promise<{ readonly url: string; readonly embedded: boolean }>;
  /** The same, ready for accounts; the embedded one is migrated first. */
  openDatabase(): Promise<AccountsDatabase>;
  /** Runs `close` when the command has ended, latest first. */
  atEnd(close: () => Promise<void> | void): void;
  /** Ends the command with this exit code though nothing went wrong (`auth test`: 1, 75). */
  exitWith(code: ExitCode): void;
}

/** 0 done, 1 refused or failed, 2 wrong usage, 75 could not find out (sysexits EX_TEMPFAIL). */
export type ExitCode = 0 | 1 | 2 | 75;

/** Why a command did not do what was asked: one line, three parts. */
export interface Failure {
  /** What was asked: `cannot add user bob@example.org`. */
  readonly what: string;
  /** Why not: `the domain example.org does not exist`. */
  readonly why: string;
  /** What to do now: `add it: dovetail domain add example.org`. */
  readonly advice: string;
  /** Default 1. */
  readonly code?: ExitCode;
}

/** What to do where the login of the database has no right to what was asked. */
export const RIGHTS_ADVICE =
  "use the DATABASE_URL of the schema's owner, or, for accounts, of a login in dovetail_admin: docs/operations.md";

/** Carries a `Failure` to the door, run.ts; nothing else catches it. */
export class CommandFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failureLine(failure));
    this.name = 'CommandFailed';
    this.failure = failure;
  }
}

/** `throw failure({ what, why, advice })` */
export const failure = (parts: Failure): CommandFailed => new CommandFailed(parts);

export const failureLine = ({ what, why, advice }: Failure): string => `${what}: ${why}; ${advice}`;
