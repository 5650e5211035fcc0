import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/connection.ts';
import { readTotals } from '../../../src/quota/totals.ts';
import { createTestClock } from '../../support/clock.ts';

/** A database that takes so many milliseconds to sum. */
function summing(taking: number) {
  const clock = createTestClock();
  const sql: Sql = {
    rows: async <R>(text: string) => {
      if (text.startsWith('select')) clock.advance(taking);
      return [{ name: 'example.org', usage: 7 }] as R[];
    },
  };
  return readTotals({ transaction: (work) => work(sql) }, ['example.org'], clock);
}

test.each([
  ['a small domain is summed after five seconds anew', 3, 5000],
  ['a large one a twentieth of the time at most', 700, 14_000],
])('%s', async (_, taking, changesIn) => {
  expect(await summing(taking)).toEqual(new Map([['example.org', { value: 7, changesIn }]]));
});

test('a database that is away is no total', async () => {
  const transaction = () => Promise.reject(new Error('away'));
  await expect(readTotals({ transaction }, ['example.org'], createTestClock())).rejects.toThrow('away');
});
