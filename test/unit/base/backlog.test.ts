/** What comes while a call is under way goes together with the next. */

import { expect, test } from 'vitest';
import { createBacklog } from '../../../src/base/backlog.ts';

/** Calls end when they are told to. */
function started(most = 3) {
  const calls: { readonly all: readonly string[]; readonly end: () => void }[] = [];
  const backlog = createBacklog<string>({
    groupOf: ([group = '']) => group,
    most,
    call: (all) => new Promise((resolve) => calls.push({ all, end: resolve })),
  });
  const put = (...all: readonly string[]) => all.forEach(backlog.put);
  return { ...backlog, put, calls, said: () => calls.map(({ all }) => all.join()) };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test('one call at a time for a group, and so many together', async () => {
  const { put, calls, said, size } = started();
  put('a1', 'a2');
  await soon();
  put('a3', 'a4', 'a5', 'a6');
  await soon();
  expect(said()).toEqual(['a1,a2']);
  expect(size()).toBe(6);
  calls[0]?.end();
  await soon();
  expect(said()).toEqual(['a1,a2', 'a3,a4,a5']);
  calls[1]?.end();
  await soon();
  expect(said()[2]).toBe('a6');
  calls[2]?.end();
  await soon();
  expect(size()).toBe(0);
});

test('groups do not wait for each other', async () => {
  const { put, said } = started();
  put('a1', 'b1', 'a2');
  await soon();
  expect(said()).toEqual(['a1,a2', 'b1']);
});

test('the end is when all is through', async () => {
  const { put, calls, end } = started(1);
  put('a1', 'a2');
  let isOver = false;
  const over = end().then(() => {
    isOver = true;
  });
  await soon();
  calls[0]?.end();
  await soon();
  expect(isOver).toBe(false);
  calls[1]?.end();
  await over;
  // And begins again.
  put('a3');
  await soon();
  expect(calls).toHaveLength(3);
});
