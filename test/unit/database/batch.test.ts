import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBatcher } from '../../../src/database/batch.ts';
import { createTestClock } from '../../support/clock.ts';

/** A database whose answers the test gives, query by query. */
function createDesk(options: { maxKeys?: number; maxFlights?: number; maxWaiting?: number } = {}) {
  const clock = createTestClock();
  const queries: {
    keys: readonly string[];
    answer: (text: string) => void;
    refuse: (why: string) => void;
  }[] = [];
  const outages: (string | undefined)[] = [];
  const batcher = createBatcher<string>({
    ...options,
    clock,
    fetch: (keys) =>
      new Promise((resolve, reject) => {
        queries.push({ keys, answer: resolve, refuse: (why) => reject(new Error(why)) });
      }),
    onOutage: (why) => outages.push(why),
  });
  const asked = () => queries.map(({ keys }) => keys.join(' '));
  return { clock, queries, outages, batcher, asked };
}

test('all keys of one turn share one query, each of them once', async () => {
  const { batcher, queries, asked } = createDesk();
  const answers = ['a', 'b', 'a', 'c'].map(async (key) => batcher.ask(key));
  expect(asked()).toEqual([]);
  await turn();
  expect(asked()).toEqual(['a b c']);
  queries[0]?.answer('all');
  expect(await Promise.all(answers)).toEqual(Array(4).fill({ kind: 'landed', result: 'all' }));
});

test('a key that is under way is not asked for again', async () => {
  const { batcher, asked } = createDesk();
  void batcher.ask('a');
  await turn();
  void batcher.ask('a');
  await turn();
  expect(asked()).toEqual(['a']);
});

test('a detached key is asked for again, but only if its query has begun', async () => {
  const { batcher, asked } = createDesk();
  void batcher.ask('a');
  batcher.detach(['a']);
  void batcher.ask('a');
  await turn();
  expect(asked()).toEqual(['a']);
  batcher.detach(['a']);
  void batcher.ask('a');
  await turn();
  expect(asked()).toEqual(['a', 'a']);
});

test('while enough queries are under way the next one grows', async () => {
  const { batcher, queries, asked } = createDesk({ maxFlights: 2 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    void batcher.ask(key);
    await turn();
  }
  expect(asked()).toEqual(['a', 'b']);
  queries[0]?.answer('');
  await turn();
  await turn();
  expect(asked()).toEqual(['a', 'b', 'c d e']);
});

test('a query takes no more keys than it may', async () => {
  const { batcher, asked } = createDesk({ maxKeys: 2, maxFlights: 9 });
  for (const key of ['a', 'b', 'c', 'd', 'e']) void batcher.ask(key);
  await turn();
  expect(asked()).toEqual(['a b', 'c d', 'e']);
});

test('too many waiting keys are refused at once', () => {
  const { batcher } = createDesk({ maxWaiting: 2 });
  void batcher.ask('a');
  void batcher.ask('b');
  expect(batcher.ask('c')).toEqual({ kind: 'failed', why: 'overloaded: too many keys wait' });
});

test('after a failure all is refused for a moment, then one query probes', async () => {
  const { batcher, queries, asked, clock, outages } = createDesk();
  const first = batcher.ask('a');
  await turn();
  queries[0]?.refuse('gone');
  expect(await first).toEqual({ kind: 'failed', why: 'gone' });
  expect(batcher.ask('b')).toEqual({ kind: 'failed', why: 'gone' });
  clock.advance(200);
  const probe = batcher.ask('b');
  void batcher.ask('c');
  await turn();
  expect(asked()).toEqual(['a', 'b c']);
  expect(batcher.ask('d')).toEqual({ kind: 'failed', why: 'gone' });
  queries[1]?.answer('here');
  expect(await probe).toEqual({ kind: 'landed', result: 'here' });
  expect(batcher.ask('d')).toBeInstanceOf(Promise);
  expect(outages).toEqual(['gone', undefined]);
});

test('what waited behind a failed query fails with it', async () => {
  const { batcher, queries } = createDesk({ maxFlights: 1 });
  void batcher.ask('a');
  await turn();
  const behind = batcher.ask('b');
  await turn();
  queries[0]?.refuse('gone');
  expect(await behind).toEqual({ kind: 'failed', why: 'gone' });
});
