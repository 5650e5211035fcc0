/** processes — starts other programs, waits for them, and leaves none behind.
 *
 * limits   stops only what it started, by process id */

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The programs of mail servers are in folders that not every PATH has. */
export const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The folder that the program sees as `/`: a whole Debian of another release. */
  readonly root?: string | undefined;
}

const inRoot = (
  root: string | undefined,
  program: string,
  words: readonly string[],
): [string, readonly string[]] =>
  root === undefined ? [program, words] : ['chroot', [root, program, ...words]];

/** Runs a program to its end. Rejects only if it cannot be started. */
export function runToEnd(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(...inRoot(options.root, program, words), {
      env: { PATH, LANG: 'C.UTF-8', ...options.env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on('error', () => undefined); // it may end without having read all
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program that must succeed; throws what it said otherwise. */
export async function must(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(program, words, options);
  if (code === 0) return stdout;
  throw new Error(
    `${program} ${words.join(' ')} failed: ${(stderr || stdout).trim() || `exit code ${code}`}`,
  );
}

export interface Running {
  readonly pid: number;
  /** Sends the signal and waits for the end; kills after `patience` milliseconds. */
  stop(signal?: NodeJS.Signals, patience?: number): Promise<void>;
  /** Whoever ended it. */
  hasEnded(): boolean;
}

/** Starts a program that stays; its output is appended to `logFile`. */
export function startProcess(
  program: string,
  words: readonly string[],
  logFile: string,
  { env = {}, root }: Omit<RunOptions, 'input'> = {},
): Running {
  const log = openSync(logFile, 'a');
  const child = spawn(...inRoot(root, program, words), {
    env: { PATH, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', log, log],
  });
  const ended = endOf(child);
  return {
    pid: child.pid ?? 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    async stop(signal = 'SIGTERM', patience = 30_000) {
      child.kill(signal);
      const inTime = await Promise.race([ended.then(() => true), pause(patience, false, { ref: false })]);
      if (!inTime) child.kill('SIGKILL');
      await ended;
    },
  };
}

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });

/** Asks until the answer is yes. Throws after `limit` milliseconds, naming what was waited for. */
export async function waitUntil(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  limit = 30_000,
): Promise<void> {
  const end = performance.now() + limit;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited ${limit / 1000} s in vain: ${what}`);
    await pause(50);
  }
}

/** Whether somebody accepts connections at a port of this machine or at a unix socket. */
export function accepts(where: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ports of 127.0.0.1 that nobody uses at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Whether a process of this id is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
