import { expect, test } from 'vitest';
import type { Database } from '../../../../src/database/connection.ts';
import { readGreylist } from '../../../../src/policy/greylist/read.ts';

const clock = { now: () => 100_000, date: () => new Date(0) };

/** For how long what is read of a row holds, by how many passes make a network known. */
async function holds(row: { passes: number; changes_in: number } | undefined, knownAfter: number) {
  const rows = (async () => (row ? [{ key: 'a', age: 60, ...row }] : [])) as Database['rows'];
  const read = await readGreylist({ rows }, ['a'], clock, { knownAfter });
  return read.get('a')?.changesIn;
}

test.each([
  ['who was not seen', undefined, 5, 10_000],
  ['who waits', { passes: 0, changes_in: 3600 }, 5, 10_000],
  ['who waits, and is forgotten before', { passes: 0, changes_in: 3 }, 5, 3000],
  ['a network that may become known elsewhere', { passes: 4, changes_in: 3600 }, 5, 10_000],
  ['a network that is known', { passes: 5, changes_in: 3600 }, 5, 3_600_000],
  [
    'a triplet that has passed, where no network is ever known',
    { passes: 1, changes_in: 3600 },
    0,
    3_600_000,
  ],
])('%s holds so long', async (_what, row, knownAfter, changesIn) => {
  expect(await holds(row, knownAfter)).toBe(changesIn);
});

test('ages are counted back from now', async () => {
  const rows = (async () => [{ key: 'a', passes: 1, age: 60, changes_in: 30 }]) as Database['rows'];
  const read = await readGreylist({ rows }, ['a', 'b'], clock, { knownAfter: 5 });
  expect(read.get('a')?.value).toEqual({ passes: 1, firstSeenAt: 40_000, endsAt: 130_000 });
  expect(read.get('b')?.value).toBeUndefined();
});
