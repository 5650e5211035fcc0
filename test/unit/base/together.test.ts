import { expect, test } from 'vitest';
import { createTogether } from '../../../src/base/together.ts';

function recording(fails: (question: string) => boolean = () => false) {
  const calls: string[][] = [];
  const ask = createTogether<string, string>({
    groupOf: ([group = '']) => group,
    async call(questions) {
      calls.push([...questions]);
      if (questions.some(fails)) throw new Error('away');
      return questions.map((question) => question.toUpperCase());
    },
  });
  return { ask, calls };
}

test('what is asked in one turn is one call of each group, and each hears his own answer', async () => {
  const { ask, calls } = recording();
  expect(await Promise.all(['a1', 'b1', 'a2'].map(ask))).toEqual(['A1', 'B1', 'A2']);
  expect(calls).toEqual([['a1', 'a2'], ['b1']]);
  expect(await ask('a3')).toBe('A3');
  expect(calls.at(-1)).toEqual(['a3']);
});

test('many are several calls, and nobody is left out', async () => {
  const { ask, calls } = recording();
  const questions = Array.from({ length: 40 }, (_, n) => `a${n}`);
  expect(await Promise.all(questions.map(ask))).toEqual(questions.map((one) => one.toUpperCase()));
  expect(calls.map(({ length }) => length)).toEqual([16, 16, 8]);
  expect(calls.flat()).toEqual(questions);
});

test('a call that fails fails for those who shared it alone', async () => {
  const { ask } = recording((question) => question === 'a2');
  const outcomes = await Promise.allSettled(['a1', 'b1', 'a2'].map(ask));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect(await ask('a4')).toBe('A4');
});
