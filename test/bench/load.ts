/** load — writes questions, and has the load client ask them and check every answer. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mustRun, onCore } from './processes.ts';
import { sourceOf, type Workbench } from './workbench.ts';

export interface Question {
  readonly map: string;
  readonly key: string;
  /** What the map answers; undefined: the key is unknown. */
  readonly value: string | undefined;
}

export interface Load {
  readonly connections: number;
  /** How long to draw questions by Zipf's law; or ask those of `once` a single time each. */
  readonly for: { readonly seconds: number } | { readonly once: readonly [from: number, to: number] };
  /** Where the client may run; the workbench's client core unless told. */
  readonly core?: number | undefined;
}

export interface Measured {
  readonly requests: number;
  /** Answers that were not the expected bytes; and of those, failures (`TEMP`) apart. */
  readonly wrong: number;
  readonly later: number;
  readonly seconds: number;
  /** The client's own CPU time, in microseconds. */
  readonly cpu: number;
  /** Answer times, in microseconds. */
  readonly p50: number;
  readonly p99: number;
}

export const rateOf = ({ requests, seconds }: Measured): number => requests / seconds;

export async function writeQuestions(file: string, questions: Iterable<Question>): Promise<void> {
  const out = createWriteStream(file);
  let batch = '';
  for (const { map, key, value } of questions) {
    batch += value === undefined ? `u\t${map} ${key}\tNOTFOUND \n` : `k\t${map} ${key}\tOK ${value}\n`;
    if (batch.length < 1 << 16) continue;
    if (!out.write(batch)) await once(out, 'drain');
    batch = '';
  }
  out.end(batch);
  await once(out, 'close');
}

/** Rejects when an answer was wrong: a benchmark of wrong answers is worth nothing. */
export async function ask(
  bench: Workbench,
  socket: string,
  questions: string,
  load: Load,
): Promise<Measured> {
  const compiled = await bench.compile('test/bench/clients/load.c', '-lm');
  const client = compiled === undefined ? [process.execPath, sourceOf('clients/load.mjs')] : [compiled];
  const what =
    'once' in load.for ? ['--once', ...load.for.once.map(String)] : ['--seconds', String(load.for.seconds)];
  const command = [...client, socket, questions, '--connections', String(load.connections), ...what];
  const { stdout, stderr } = await mustRun([...onCore(load.core ?? bench.cores.client), ...command]);
  const measured = JSON.parse(stdout) as Measured;
  if (measured.wrong + measured.later > 0) {
    throw new Error(
      `${measured.wrong} wrong answers and ${measured.later} failures of ${measured.requests}: ${stderr}`,
    );
  }
  return measured;
}
