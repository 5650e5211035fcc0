/** embedded — a PostgreSQL of our own, so that dovetail can be tried without installing one.
 *
 * security never for production: the binaries bundle an old OpenSSL and nobody patches them.
 *          It listens on a unix socket only, in a folder that nobody but its owner may enter
 * files    <folder>/data  the cluster     <folder>/run  socket and leases     <folder>/log
 * limits   a socket path longer than 103 bytes moves to a short folder under /tmp
 * bugs     outside Linux a stale postmaster.pid is believed while its number is in use */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lchown, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { minutes, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { type Binaries, type BinariesSource, findBinaries } from './embedded-binaries.ts';
import {
  joinLease,
  type Lease,
  type Place,
  type RunningServer,
  runningServer,
  SERVER_ENVIRONMENT,
  startLease,
} from './embedded-lease.ts';
import { assureWay, exists, serverUser } from './embedded-user.ts';

export interface EmbeddedOptions {
  /** Made when it is missing. Several processes may open one folder at once. */
  readonly folder: string;
  readonly log: Log;
  /** Server settings on top of ours, such as `{ fsync: 'off' }`; those of the first opener count. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Lets every user of this machine connect, as anybody: for demos with a Postfix of its own. */
  readonly openToEveryone?: boolean;
  /** Those that npm installed unless told otherwise. */
  readonly binaries?: BinariesSource;
}

export interface Embedded {
  /** Of the database `dovetail`, as its superuser. */
  readonly url: string;
  /** Gives the server back; the last one to do so stops it and waits for its end. */
  stop(): Promise<void>;
}

const DATABASE = 'dovetail';
const SOCKET_PATH_LIMIT = 103; // macOS has 104 bytes, Linux 108, both with a final NUL
/** A server that was killed may leave its memory in use for a moment. */
const MAX_FAILURES = 8;
/** The server may have to recover from a crash first. */
const PATIENCE = minutes(1);

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '32MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  jit: 'off',
};

/** Starts the server of `folder`, or joins the one that runs. Throws a sentence for people. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const place = await preparePlace(options);
  const binaries = await findBinaries(place.user, options.binaries);
  await initialise(place, binaries);
  const { lease, socket } = await hold(place, binaries, options.settings ?? {});
  try {
    await assureDatabase(socket);
  } catch (error) {
    await lease?.release();
    throw error;
  }
  options.log.debug('embedded.open', { folder: options.folder });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= lease ? lease.release() : Promise.resolve());
  return { url: urlOf(socket, DATABASE), stop };
}

interface EmbeddedPlace extends Place {
  /** Where our server puts its socket; a server that runs already may have put it elsewhere. */
  readonly socket: string;
}

async function preparePlace({ folder, openToEveryone }: EmbeddedOptions): Promise<EmbeddedPlace> {
  const user = await serverUser();
  const root = resolve(folder);
  const run = join(root, 'run');
  await mkdir(root, { recursive: true });
  await mkdir(run, { recursive: true, mode: 0o700 });
  await assureWay(dirname(root), user); // before anything is given away
  if (user) {
    await chown(root, user.uid, user.gid);
    await lchown(run, user.uid, user.gid); // root is that user's now, who could make a link of it
  }
  if (openToEveryone) await chmod(run, 0o711);
  const fits = Buffer.byteLength(join(run, '.s.PGSQL.5432')) <= SOCKET_PATH_LIMIT;
  const place = { data: join(root, 'data'), run, log: join(root, 'log'), user };
  return { ...place, socket: fits ? run : await shortFolder(place, openToEveryone ? 0o711 : 0o700) };
}

/** One short folder for all who open this place; refused when a stranger made it first. */
async function shortFolder({ run, user }: Place, mode: number): Promise<string> {
  const path = `/tmp/dovetail-${createHash('sha256').update(run).digest('hex').slice(0, 12)}`;
  const uid = user?.uid ?? process.getuid?.();
  if (await mkdir(path, { recursive: true, mode })) {
    if (user) await chown(path, user.uid, user.gid);
  }
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new Error(`${path} belongs to somebody else: remove it, or use a state folder with a shorter path`);
  }
  return path;
}

let drafts = 0;

/** Several may do this at once: the slower ones find the place taken and drop their draft. */
async function initialise(place: Place, binaries: Binaries): Promise<void> {
  const version = await readFile(join(place.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) return checkVersion(version.trim(), binaries, place);
  const draft = `${place.data}.${process.pid}-${++drafts}`;
  await initdb(draft, place, binaries);
  await rename(draft, place.data).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(join(place.data, 'PG_VERSION')))) throw error;
  });
}

async function initdb(data: string, { run, user }: Place, { folder }: Binaries): Promise<void> {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const rest = ['--username=postgres', '--auth=trust', '--no-sync', '--no-instructions'];
  const identity = user && { uid: user.uid, gid: user.gid };
  try {
    await promisify(execFile)(join(folder, 'initdb'), ['-D', data, ...locale, ...rest], {
      ...identity,
      cwd: run,
      env: SERVER_ENVIRONMENT,
    });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr;
    throw new Error(`the embedded PostgreSQL could not be made: ${reasonOf(said || error)}`);
  }
}

function checkVersion(version: string, { major }: Binaries, { data }: Place): void {
  if (version === major) return;
  throw new Error(
    `${data} was made by PostgreSQL ${version}, and this is ${major}: remove the folder to begin anew, ` +
      `or set DATABASE_URL to a PostgreSQL of your own`,
  );
}

interface Held {
  /** None of a server that somebody else runs: it is left alone. */
  readonly lease: Lease | undefined;
  readonly socket: string;
}

/** Joins the running server or starts one, however many try the same at this moment. */
async function hold(
  place: EmbeddedPlace,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
): Promise<Held> {
  const end = systemClock.now() + PATIENCE;
  for (let failures = 0; failures < MAX_FAILURES && systemClock.now() < end; ) {
    const server = await runningServer(place);
    const held = server ? await adopt(place, server) : await start(place, binaries, settings);
    if (held) return held;
    if (!server) failures += 1;
    await pause(20 + 50 * failures);
  }
  throw new Error(`the embedded PostgreSQL does not start: ${await lastWords(place)}; see ${place.log}`);
}

async function start(place: EmbeddedPlace, { folder }: Binaries, settings: Readonly<Record<string, string>>) {
  const all = { ...SETTINGS, unix_socket_directories: place.socket, ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const lease = await startLease(place, [join(folder, 'postgres'), '-D', place.data, ...options]);
  return lease && { lease, socket: place.socket };
}

async function adopt(place: Place, server: RunningServer): Promise<Held | undefined> {
  const lease = await joinLease(place, server.pid);
  switch (lease) {
    case 'foreign':
      return { lease: undefined, socket: server.socket };
    case 'gone':
      // It is starting or stopping; or it is ready and nobody holds it: then it is an orphan.
      if (server.ready) stopServer(server.pid);
      return undefined;
    default:
      return { lease, socket: server.socket };
  }
}

function stopServer(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has just ended by itself.
  }
}

const urlOf = (socket: string, database: string): string =>
  `postgresql://postgres@localhost/${database}?host=${encodeURIComponent(socket)}`;

async function lastWords(place: Place): Promise<string> {
  const text = await readFile(place.log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' | ') || 'it said nothing';
}

/** Makes the database once; two who try at once wait for one another. */
async function assureDatabase(socket: string): Promise<void> {
  const client = new pg.Client({
    connectionString: urlOf(socket, 'postgres'),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('dovetail create database'))`);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
