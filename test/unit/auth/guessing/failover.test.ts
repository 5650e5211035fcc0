/** What is said of a shared store that fails, and when it is said to be back. */

import { beforeEach, expect, test } from 'vitest';
import { createFailover } from '../../../../src/auth/guessing/failover.ts';
import type { Marks, Store } from '../../../../src/auth/guessing/marks.ts';
import { createMemoryStore } from '../../../../src/auth/guessing/memory-store.ts';
import { silent } from '../../../../src/base/log.ts';
import { createTestClock, type TestClock } from '../../../support/clock.ts';

const set = { kind: 'known', id: 'a' } as const;
const mark = { set, mark: 'm', at: 0, keepFor: 60_000, most: 10, again: 'keep' } as const;
const restFor = 1000;

let clock: TestClock;
let said: string[];
/** How the shared store answers. */
let answer: () => Promise<void>;
let store: Store;

const well = async (): Promise<void> => undefined;
const away = (): Promise<void> => Promise.reject(new Error('away'));

beforeEach(() => {
  clock = createTestClock();
  said = [];
  answer = well;
  const note = (event: string) => void said.push(event);
  store = createFailover({
    shared: {
      isUp: () => true,
      read: (sets) => answer().then(() => sets.map((): Marks => new Map())),
      add: () => answer(),
      clear: () => answer(),
      close: () => undefined,
    },
    local: createMemoryStore({ now: clock.now }),
    clock,
    log: { ...silent, info: note, warn: note },
    restFor,
  });
});

test('a question that it answers shows that it is back, and the next outage is told', async () => {
  answer = away;
  await store.read([set]);
  clock.advance(restFor);
  answer = well;
  await store.read([set]);
  await store.read([set]);
  expect(said).toEqual(['guessing.redis_away', 'guessing.redis_back']);
  answer = away;
  await store.read([set]);
  expect(said).toEqual(['guessing.redis_away', 'guessing.redis_back', 'guessing.redis_away']);
});

test('so does a mark that it takes', async () => {
  answer = away;
  await store.read([set]);
  clock.advance(restFor);
  answer = well;
  await store.add(mark);
  expect(said).toEqual(['guessing.redis_away', 'guessing.redis_back']);
});

test('an answer to what was asked before it failed shows nothing', async () => {
  let give = (): void => undefined;
  answer = () =>
    new Promise((resolve) => {
      give = resolve;
    });
  const slow = store.read([set]);
  answer = away;
  await store.read([set]);
  give();
  await slow;
  expect(said).toEqual(['guessing.redis_away']);
});
