/** workbench — what a benchmark is handed: a folder, tools, a way to say things, and an end.
 *
 * Everything that is opened through it is closed at the end, latest first, also after Ctrl-C, and
 * what is still being opened then as soon as it is there. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endPrograms, mustRun, runProgram } from './processes.ts';
import type { Row } from './table.ts';
import { unwatch, watch } from './watch.ts';

export interface Workbench {
  /** An empty folder of this run, below the system's folder for temporary files. */
  readonly folder: string;
  /** Fewer and shorter rounds: to see that it works, not to quote. */
  readonly quick: boolean;
  /** Which core servers and which core clients get; undefined: no pinning. */
  readonly cores: { readonly server: number | undefined; readonly client: number | undefined };
  say(line: string): void;
  /** Registered before what it closes is begun, so that no end comes in between. */
  atEnd(close: () => Promise<void> | void): void;
  /** The path of the compiled program, or undefined where no C compiler is. */
  compile(source: string, ...flags: string[]): Promise<string | undefined>;
}

export interface Benchmark {
  readonly name: string;
  /** One sentence: what is compared with what. */
  readonly about: string;
  run(bench: Workbench): Promise<readonly Row[]>;
}

export const root = path.resolve(import.meta.dirname, '../..');
export const sourceOf = (file: string): string => path.join(root, 'test/bench', file);

export function openWorkbench(options: {
  quick: boolean;
  pin: boolean;
}): Workbench & { close(): Promise<void> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'dovetail-bench-'));
  watch(`folder ${folder}`);
  chmodSync(folder, 0o755); // Postfix and PostgreSQL run as users of their own
  const closers: (() => Promise<void> | void)[] = [];
  const programs = new Map<string, Promise<string | undefined>>();
  let closed: Promise<void> | undefined;
  return {
    folder,
    quick: options.quick,
    cores: options.pin ? { server: 0, client: 1 } : { server: undefined, client: undefined },
    say: (line) => process.stderr.write(`${line}\n`),
    atEnd: (close) => void closers.push(close),
    compile(source, ...flags) {
      const known = programs.get(source) ?? compile(folder, source, flags);
      programs.set(source, known);
      return known;
    },
    close() {
      // Both the end and Ctrl-C may ask for it: who asks second waits for the same.
      closed ??= endPrograms()
        .then(() => closeAll(closers))
        .then(() => {
          rmSync(folder, { recursive: true, force: true });
          unwatch(`folder ${folder}`);
        });
      return closed;
    },
  };
}

/** The first Ctrl-C, `kill` or death of the one who started us closes the workbench and exits with
 * 130; a second one does not wait. Tells whether that has begun. */
export function closeWhenTold(bench: { close(): Promise<void> }): () => boolean {
  let isTold = false;
  const end = (): void => {
    if (isTold) process.exit(130);
    isTold = true;
    void bench.close().finally(() => process.exit(130));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', end);
  return () => isTold;
}

async function closeAll(closers: (() => Promise<void> | void)[]): Promise<void> {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    try {
      await close();
    } catch (error) {
      report(error);
    }
  }
}

const report = (error: unknown) => process.stderr.write(`bench: while ending: ${error}\n`);

async function compile(
  folder: string,
  source: string,
  flags: readonly string[],
): Promise<string | undefined> {
  const compiler = await runProgram(['cc', '--version']).catch(() => undefined);
  if (compiler?.code !== 0) return undefined;
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const program = path.join(folder, 'bin', path.basename(source).replace(/\.c$/u, ''));
  await mustRun(['cc', '-O2', '-o', program, path.resolve(root, source), ...flags]);
  return program;
}
