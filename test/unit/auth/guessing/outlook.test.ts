import { expect, test } from 'vitest';
import type { Limits } from '../../../../src/auth/guessing/limits.ts';
import { outlookOf, type Seen } from '../../../../src/auth/guessing/outlook.ts';

const limits: Limits = {
  window: 1000,
  free: 2,
  passwords: 4,
  knownPasswords: 6,
  users: 3,
  longestDelay: 3000,
  knownFor: 0,
  formerFor: 0,
};
const seen = (more: Partial<Seen>): Seen => ({ passwords: [], users: [], isKnown: false, ...more });
const at = 10_000;

test('nothing speaks against who has done nothing, or whose guesses are old', () => {
  const nothing = { verdict: { kind: 'pass' }, since: undefined, until: undefined };
  expect(outlookOf(seen({}), limits, at)).toMatchObject(nothing);
  expect(outlookOf(seen({ passwords: [8000, 8100, 8200, 8300] }), limits, at)).toMatchObject(nothing);
});

test.each<[string, Partial<Seen>, object]>([
  [
    'a refusal ends when the oldest guess above the limit is too old',
    { passwords: [9100, 9200, 9300, 9400, 9500] },
    { passwords: 5, verdict: { kind: 'refuse', why: 'passwords' }, since: 9100, until: 10_200 },
  ],
  [
    'so does one for many users',
    { users: [9700, 9600, 9800] },
    { users: 3, verdict: { kind: 'refuse', why: 'users' }, since: 9600, until: 10_600 },
  ],
  [
    'a known network has limits of its own',
    { passwords: [9100, 9200, 9300, 9400, 9500], isKnown: true },
    { verdict: { kind: 'delay' }, until: 10_200 },
  ],
])('%s', (_, what, outlook) => {
  expect(outlookOf(seen(what), limits, at)).toMatchObject(outlook);
});
