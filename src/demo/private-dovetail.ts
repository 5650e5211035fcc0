/** private-dovetail — a dovetail of our own: the built program with its folders in one place.
 *
 * The daemon is a real process, and accounts are made with the commands that people type. */

import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { silent } from '../base/log.ts';
import { packageRoot } from '../config/folders.ts';
import { createDatabase } from '../database/connection.ts';
import { openEmbedded } from '../database/embedded.ts';
import {
  accepts,
  type Ended,
  type Running,
  type RunOptions,
  runToEnd,
  startProcess,
  waitUntil,
} from './processes.ts';

const PROGRAM = join(packageRoot(), 'dist/dovetail.js');
const SOCKETS = ['socketmap.sock', 'policy.sock', 'login.sock', 'dict.sock'];
// users.system_uid of the schema, unless said otherwise.
const MAIL_UID = 5000;

export interface PrivateDovetail {
  /** Where the daemon opens its sockets. */
  readonly runDir: string;
  readonly logFile: string;
  /** Runs a command (`user add …`); rejects with what it said when it fails. */
  command(words: readonly string[], options?: RunOptions): Promise<string>;
  /** The same, for commands that may say no. */
  try(words: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Moves the homes of all users below a folder of ours: nothing is delivered to /var/mail. */
  moveHomes(): Promise<void>;
  /** Starts the daemon and waits until its sockets answer. */
  start(): Promise<void>;
  /** Has the daemon read its settings again, and waits until it has. */
  reload(): Promise<void>;
  /** Stops the daemon as systemd would: open requests are answered first. */
  stop(): Promise<void>;
}

export interface DovetailOptions {
  readonly folder: string;
  /** Without it, the daemon runs its embedded PostgreSQL below the folder. */
  readonly databaseUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Starts the daemon, if not as a plain process. */
  readonly launch?: (program: readonly string[], env: Readonly<Record<string, string>>) => Promise<Running>;
}

export function createDovetail(options: DovetailOptions): PrivateDovetail {
  const runDir = join(options.folder, 'run');
  const logFile = join(options.folder, 'dovetail.log');
  const env = environment(options, runDir);
  const attempt = (words: readonly string[], more: RunOptions = {}) =>
    runToEnd(process.execPath, [PROGRAM, ...words], { ...more, env: { ...env, ...more.env } });
  let daemon: Running | undefined;
  return {
    runDir,
    logFile,
    try: attempt,
    async command(words, more) {
      const { code, stdout, stderr } = await attempt(words, more);
      if (code !== 0) throw new Error(`dovetail ${words.join(' ')}: ${stderr.trim() || `exit code ${code}`}`);
      return stdout;
    },
    moveHomes: () => moveHomes(options),
    async start() {
      const words = ['--enable-source-maps', PROGRAM, 'serve'];
      daemon =
        (await options.launch?.([process.execPath, ...words], env)) ??
        startProcess(process.execPath, words, logFile, { env });
      for (const name of SOCKETS) await waitForSocket(daemon, join(runDir, name), logFile);
    },
    async reload() {
      const before = reloadsIn(logFile);
      if (daemon) process.kill(daemon.pid, 'SIGHUP');
      await waitUntil('dovetail has read its settings again', () => reloadsIn(logFile) > before);
    },
    async stop() {
      await daemon?.stop('SIGTERM');
      daemon = undefined;
    },
  };
}

const reloadsIn = (logFile: string): number =>
  readFileSync(logFile, 'utf8').split('settings.reloaded').length;

const environment = ({ folder, databaseUrl, env }: DovetailOptions, runDir: string) => ({
  DOVETAIL_STATE_DIR: join(folder, 'state'),
  DOVETAIL_RUN_DIR: runDir,
  DOVETAIL_HTTP: 'none',
  DOVETAIL_SOCKET_MODE: '0666', // the servers of this host run as several users
  ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  ...env,
});

const waitForSocket = (daemon: Running, path: string, logFile: string): Promise<void> =>
  waitUntil(`dovetail answers at ${path}`, () => {
    if (daemon.hasEnded()) throw new Error(`dovetail did not start, see ${logFile}`);
    return accepts(path);
  });

const NEW_HOMES = `
update unified.users
set home_directory = $1 || '/' || email
where not starts_with(home_directory, $1)`;

async function moveHomes({ folder, databaseUrl }: DovetailOptions): Promise<void> {
  const homes = join(folder, 'mail');
  const embedded =
    databaseUrl === undefined
      ? await openEmbedded({ folder: join(folder, 'state'), log: silent })
      : undefined;
  const database = createDatabase({
    url: databaseUrl ?? embedded?.url ?? '',
    log: silent,
    clock: systemClock,
  });
  try {
    await database.transaction((sql) => sql.rows(NEW_HOMES, [homes]));
    mkdirSync(homes, { recursive: true });
    chownSync(homes, MAIL_UID, MAIL_UID);
  } finally {
    await database.close();
    await embedded?.stop();
  }
}
