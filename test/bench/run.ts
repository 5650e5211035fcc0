/** run — runs the benchmarks that are named (all, if none is) and prints one table.
 *
 * usage    npm run bench -- [--quick] [--json FILE] [--pin] [NAME…]
 * exit     0 measured, whatever the figures; 1 something failed or answered wrongly; 2 wrong usage;
 *          130 interrupted
 *
 * A missed goal is printed, not punished: figures of a busy machine say little. A wrong answer
 * ends the run, because figures of wrong answers say nothing. */

import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { benchmarks } from './benchmarks/index.ts';
import { drawTable, type Row, reached } from './table.ts';
import { type Benchmark, closeWhenTold, openWorkbench } from './workbench.ts';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    pin: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const unknown = names.filter((name) => !benchmarks.some((one) => one.name === name));
if (options.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`bench: there is no ${unknown.join(', no ')}`);
  console.error('usage: npm run bench -- [--quick] [--json FILE] [--pin] [NAME…]\n');
  for (const { name, about } of benchmarks) console.error(`  ${name.padEnd(14)} ${about}`);
  process.exit(options.help ? 0 : 2);
}

const bench = openWorkbench({ quick: options.quick, pin: options.pin });
const isEnding = closeWhenTold(bench);

const rows: Row[] = [];
let failed = false;
for (const benchmark of benchmarks.filter(({ name }) => names.length === 0 || names.includes(name))) {
  if (!isEnding()) rows.push(...(await runOne(benchmark)));
}
await bench.close();
if (isEnding()) process.exit(130);
report();
process.exit(failed ? 1 : 0);

async function runOne({ name, about, run }: Benchmark): Promise<readonly Row[]> {
  bench.say(`${name}: ${about}`);
  const started = performance.now();
  try {
    return await run(bench);
  } catch (error) {
    if (isEnding()) return [];
    failed = true;
    console.error(`bench: ${name} FAILED:`, error);
    return [];
  } finally {
    bench.say(`${name}: took ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
}

function report(): void {
  const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.availableParallelism()} cores, Node ${process.version}`;
  if (options.json) {
    const results = rows.map((row) => ({ ...row, reached: reached(row) }));
    writeFileSync(
      options.json,
      `${JSON.stringify({ date: new Date().toISOString(), machine, quick: options.quick, rows: results }, undefined, 2)}\n`,
    );
  }
  console.log(drawTable(rows));
  const missed = rows.filter((row) => reached(row) === false).length;
  console.log(
    `${machine}; wrong answers: ${failed ? 'SOMETHING FAILED, see above' : 0}; goals missed: ${missed}`,
  );
}
