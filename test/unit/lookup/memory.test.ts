import { expect, test } from 'vitest';
import { createMemory } from '../../../src/lookup/memory.ts';
import { createTestClock } from '../../support/clock.ts';

const clock = createTestClock();

test('a reply is kept until it may have ended', () => {
  const memory = createMemory<string>({ clock, maxEntries: 2 });
  memory.keep('a', 'reply', clock.now() + 1000);
  expect(memory.recall('a')).toBe('reply');
  clock.advance(1000);
  expect(memory.recall('a')).toBeUndefined();
});

test('any change forgets all of them', () => {
  const memory = createMemory<string>({ clock, maxEntries: 2 });
  for (const request of ['a', 'b']) memory.keep(request, 'reply', clock.now() + 1000);
  memory.forget();
  expect(['a', 'b'].map(memory.recall)).toEqual([undefined, undefined]);
});

test('there are never more than the limit', () => {
  const memory = createMemory<string>({ clock, maxEntries: 2 });
  for (const request of ['a', 'b', 'c']) memory.keep(request, 'reply', clock.now() + 1);
  expect(['a', 'b', 'c'].map(memory.recall)).toEqual([undefined, undefined, 'reply']);
});
