/** embedded-lease — keeps an embedded PostgreSQL running for as long as anybody needs it.
 *
 * Each user of the server holds the write end of one FIFO. A small sh holds the read end; when
 * the last writer is gone, by `release()` or by SIGKILL, the kernel says so and the sh stops the
 * server. So no server is orphaned, and none is stopped under somebody who still uses it.
 *
 * A holder writes its name; the sh answers with the file `held.<name>`. Only then does the
 * holder know that its lease came before the end.
 *
 * files    run/lease.<postmaster pid>  the FIFO      run/held.<pid>-<n>  one a holder */

import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { minutes, systemClock } from '../base/clock.ts';
import { exists, type ServerUser } from './embedded-user.ts';

export interface Place {
  readonly data: string;
  readonly run: string;
  readonly log: string;
  readonly user: ServerUser;
}

export interface Lease {
  /** Resolves once the server is gone, if this was the last lease; else at once. */
  release(): Promise<void>;
}

/** What `joinLease` found instead of a lease. */
export type NoLease = 'foreign' | 'gone';

/** Nothing of the caller's environment reaches the server: it must behave alike everywhere. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

// $1 run folder, $2 log file, then the command. fd 3 is the starter's pipe; cat makes a holder of it.
// The FIFO is there before the server is, so whoever sees the server sees the FIFO.
const SUPERVISOR = `
umask 077
run=$1 log=$2; shift 2
exec 3<&0
sh -c 'mkfifo "$0/lease.$$" && exec "$@"' "$run" "$@" </dev/null >>"$log" 2>&1 3<&- &
pid=$!
lease=$run/lease.$pid
while [ ! -p "$lease" ] && kill -0 "$pid"; do sleep 0.01; done
cat <&3 >"$lease" &
holder=$!
exec 3<&-
{ while read -r name; do echo "$pid" >"$run/held.$name"; done <"$lease"; kill -INT "$pid"; } &
watcher=$!
wait "$pid"
rm -f "$lease"
kill "$watcher" "$holder"
`;

/** The server may have to recover from a crash first, or to write much at its end. */
const PATIENCE = minutes(1);
let count = 0;
const nextName = (): string => `${process.pid}-${++count}`;

/** Starts `command` under a supervisor. Undefined when it ended before it was ready: another
 * process was faster, or the log says why. */
export async function startLease(place: Place, command: readonly string[]): Promise<Lease | undefined> {
  const name = nextName();
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'dovetail', place.run, place.log, ...command], {
    ...(place.user && { uid: place.user.uid, gid: place.user.gid }),
    cwd: place.run,
    detached: true, // Ctrl-C on the terminal is for us; the server learns of our end by the pipe
    env: SERVER_ENVIRONMENT,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${name}\n`);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  const pid = await confirmed(place, name, () => ended);
  if (pid !== undefined) return leaseOf(place, name, pid, () => child.stdin.end());
  child.stdin.end();
  return undefined;
}

/** Takes a further lease on the running server `pid`. */
export async function joinLease(place: Place, pid: number): Promise<Lease | NoLease> {
  const fifo = join(place.run, `lease.${pid}`);
  const name = nextName();
  // Without a reader the open fails with ENXIO: the supervisor has seen the end, or is dead.
  const file = await open(fifo, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (!file) return (await exists(fifo)) ? 'gone' : 'foreign';
  const written = await writeFile(file, `${name}\n`).then(
    () => true,
    () => false,
  );
  const held = written ? await confirmed(place, name, () => false) : undefined;
  if (held === pid) return leaseOf(place, name, pid, () => file.close());
  await file.close();
  return 'gone';
}

/** The server's process id, once the supervisor has answered and the server is ready. */
async function confirmed(place: Place, name: string, ended: () => boolean): Promise<number | undefined> {
  for (const end = systemClock.now() + PATIENCE; systemClock.now() < end && !ended(); await pause(5)) {
    const held = await readFile(join(place.run, `held.${name}`), 'utf8').catch(() => '');
    const server = await runningServer(place);
    if (held.endsWith('\n') && server?.pid === Number(held) && server.ready) return server.pid;
  }
  await rm(join(place.run, `held.${name}`), { force: true });
  return undefined;
}

function leaseOf(place: Place, name: string, pid: number, letGo: () => unknown): Lease {
  return {
    async release() {
      await rm(join(place.run, `held.${name}`), { force: true });
      await letGo();
      if (!(await othersHold(place))) await gone(place, pid);
    },
  };
}

/** Holders that were killed left their file behind: it is taken away. */
async function othersHold({ run }: Place): Promise<boolean> {
  const held = (await readdir(run).catch(() => [])).filter((name) => name.startsWith('held.'));
  const alive = held.filter((name) => isAlive(Number(/^held\.(\d+)-/u.exec(name)?.[1])));
  const dead = held.filter((name) => !alive.includes(name));
  await Promise.all(dead.map((name) => rm(join(run, name), { force: true })));
  return alive.length > 0;
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Resolves when the server `pid` is gone, or after a minute. */
async function gone(place: Place, pid: number): Promise<void> {
  const end = systemClock.now() + PATIENCE;
  while ((await runningServer(place))?.pid === pid && systemClock.now() < end) await pause(5);
}

export interface RunningServer {
  readonly pid: number;
  readonly ready: boolean;
  /** The folder of its unix socket. */
  readonly socket: string;
}

/** What postmaster.pid says, if that process really is a PostgreSQL: after a crash it may be anybody. */
export async function runningServer(place: Place): Promise<RunningServer | undefined> {
  const text = await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !(await isPostgres(pid))) return undefined;
  return { pid, ready: lines[7]?.trim() === 'ready', socket: lines[4] ?? '' };
}

async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /^\d+ \(postgres\) [^ZX]/u.test(status);
}
