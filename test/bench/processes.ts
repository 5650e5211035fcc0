/** processes — starts the programs that are measured, reads what they cost, and stops them.
 *
 * source   /proc/<pid>/task/<tid>/schedstat (nanoseconds on a core), /proc/<pid>/status
 * limits   Linux only; a thread that ended takes its time with it (Node's threads live as long as it)
 * security stops by pid what it started itself, and nothing else
 *
 * Nothing outlives the run: `endPrograms` stops what is still starting too, and the watcher what a
 * killed run leaves behind. */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { unwatch, watch } from './watch.ts';

export interface Program {
  readonly pid: number;
  /** Microseconds of CPU since it started, all its threads. */
  cpu(): number;
  /** Resident memory in bytes: now, and the most it has ever been. */
  resident(): number;
  mostResident(): number;
  /** The last 20,000 characters that it has printed. */
  output(): string;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves when the program can be used; polled every few milliseconds. */
  readonly ready: (output: string) => boolean | Promise<boolean>;
  /** Which core it may use; undefined: all. */
  readonly core?: number | undefined;
}

const START_DEADLINE = 60_000;
const running = new Set<ChildProcess>();
let isEnding = false;

/** As `spawn`, for a program that `endPrograms` and the watcher know. Throws once the end has begun. */
export function launch(command: readonly string[], options: SpawnOptions): ChildProcess {
  if (isEnding) throw new Error(`the benchmarks are ending: ${command[0]} is not started`);
  const child = launchUnending(command, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function launchUnending([file, ...args]: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(file as string, args, options);
  const { pid } = child;
  if (pid !== undefined) {
    watch(`pid ${pid}`);
    child.once('exit', () => unwatch(`pid ${pid}`));
  }
  return child;
}

/** Stops all programs, those that are still starting too, and starts no others. */
export async function endPrograms(): Promise<void> {
  isEnding = true;
  await Promise.all([...running].map(stopChild));
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (ended(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const harder = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(harder);
}

/** Starts a program and waits until it is ready. Rejects with what it printed when it does not become so. */
export async function startProgram(command: readonly string[], options: ProgramOptions): Promise<Program> {
  const child = launch([...onCore(options.core), ...command], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  await waitFor(
    () => {
      if (ended(child)) throw new Error(`${command.join(' ')} ended: ${output}`);
      return options.ready(output);
    },
    START_DEADLINE,
    `${command.join(' ')} does not become ready: ${output}`,
  );
  return programOf(child, () => output);
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

function programOf(child: ChildProcess, output: () => string): Program {
  const pid = child.pid as number;
  return {
    pid,
    cpu: () => cpuOf(pid),
    resident: () => memoryOf(pid, 'VmRSS'),
    mostResident: () => memoryOf(pid, 'VmHWM'),
    output,
    stop: () => stopChild(child),
  };
}

/** `taskset` in front, so that a server and its client do not take turns on one core. */
export const onCore = (core: number | undefined): string[] =>
  core === undefined || availableParallelism() < 2 ? [] : ['taskset', '-c', String(core)];

function cpuOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce((sum, task) => sum + Number(readTask(pid, task)) / 1000, 0);
}

function readTask(pid: number, task: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0] ?? '0';
  } catch {
    return '0'; // the thread ended between readdir and read
  }
}

function memoryOf(pid: number, line: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = new RegExp(`^${line}:\\s+(\\d+) kB$`, 'mu').exec(status)?.[1];
  return Number(kilobytes) * 1024;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds from spawn to exit. */
  readonly seconds: number;
}

export interface RunOptions {
  /** Milliseconds until it is killed. */
  readonly deadline?: number;
  /** It starts or stops a server: the end of the benchmarks waits for it, and may run it. */
  readonly finishes?: true;
}

/** Runs a program to its end. */
export function runProgram(
  command: readonly string[],
  { deadline = 120_000, finishes }: RunOptions = {},
): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = (finishes ? launchUnending : launch)(command, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: deadline,
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => (output.stdout += chunk));
    child.stderr?.on('data', (chunk) => (output.stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, ...output, seconds: (performance.now() - started) / 1000 }),
    );
  });
}

/** As `runProgram`, and rejects when it does not end with 0. */
export async function mustRun(command: readonly string[], options?: RunOptions): Promise<Outcome> {
  const outcome = await runProgram(command, options);
  if (outcome.code !== 0) {
    throw new Error(`${command.join(' ')} ended with ${outcome.code}: ${outcome.stderr || outcome.stdout}`);
  }
  return outcome;
}

export async function waitFor(
  done: () => boolean | Promise<boolean>,
  deadline: number,
  complaint: string,
): Promise<void> {
  const until = performance.now() + deadline;
  while (!(await done())) {
    if (performance.now() > until) throw new Error(complaint);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
