import { expect, test } from 'vitest';
import type { Log, LogFields } from '../../../src/base/log.ts';
import { createSparingLog } from '../../../src/base/sparing-log.ts';

function storm() {
  const written: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void written.push([event, fields]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  let now = 0;
  const clock = { now: () => now, date: () => new Date(0) };
  const pass = (time: number) => {
    now += time;
  };
  return { written, pass, log: createSparingLog(log, { clock, limit: 2, span: 100 }) };
}

test('a storm of one event is cut, and its size told with the next one', () => {
  const { log, written, pass } = storm();
  for (let n = 0; n < 5; n += 1) log.warn('away', { n });
  pass(100);
  log.warn('away', { n: 5 });
  expect(written).toEqual([
    ['away', { n: 0 }],
    ['away', { n: 1 }],
    ['away', { n: 5, held: 3 }],
  ]);
});

test('other events are not held back by it', () => {
  const { log, written } = storm();
  for (let n = 0; n < 5; n += 1) log.warn('away');
  log.error('else');
  expect(written.at(-1)).toEqual(['else', undefined]);
});
