/** The sliding window against a list of everything that was ever let through. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  advance,
  createWindows,
  freesIn,
  placeOf,
  sliceOf,
  usedOf,
} from '../../../../src/policy/limits/window.ts';

const LENGTH = 1000;
const attempts = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 700 }), amount: fc.integer({ min: 1, max: 6 }) }),
  { maxLength: 60 },
);

interface Passed {
  readonly at: number;
  readonly amount: number;
}

const sumSince = (passed: readonly Passed[], from: number): number =>
  passed.reduce((sum, one) => (one.at > from ? sum + one.amount : sum), 0);

describe('a sliding window', () => {
  test('lets through no more than its limit in any stretch as long, and refuses nothing a tenth longer would not', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 6, max: 20 }), (tries, max) => {
        const window = createWindows(1);
        const passed: Passed[] = [];
        let at = 1_000_000;
        for (const { after, amount } of tries) {
          at += after;
          advance(window, 0, LENGTH, at);
          if (usedOf(window, 0) + amount <= max) {
            add(window, 0, amount);
            passed.push({ at, amount });
            expect(sumSince(passed, at - LENGTH)).toBeLessThanOrEqual(max);
          } else {
            expect(sumSince(passed, at - LENGTH - sliceOf(LENGTH)) + amount).toBeGreaterThan(max);
          }
        }
      }),
    );
  });

  test('says when it frees: then it does, and not before', () => {
    fc.assert(
      fc.property(attempts, fc.integer({ min: 6, max: 20 }), (tries, max) => {
        const window = createWindows(1);
        let at = 1_000_000;
        for (const { after, amount } of tries) {
          at += after;
          advance(window, 0, LENGTH, at);
          if (usedOf(window, 0) + amount <= max) {
            add(window, 0, amount);
            continue;
          }
          const wait = freesIn(window, 0, LENGTH, { at, amount, max });
          advance(window, 0, LENGTH, at + wait - 1);
          expect(usedOf(window, 0) + amount).toBeGreaterThan(max);
          advance(window, 0, LENGTH, at + wait);
          expect(usedOf(window, 0) + amount).toBeLessThanOrEqual(max);
          at += wait;
        }
      }),
    );
  });

  test('does not free what is more than the limit alone', () => {
    const window = createWindows(1);
    advance(window, 0, LENGTH, 5000);
    expect(freesIn(window, 0, LENGTH, { at: 5000, amount: 11, max: 10 })).toBe(LENGTH);
  });

  test('forgets nothing when the clock is set back', () => {
    const window = createWindows(1);
    advance(window, 0, LENGTH, 5000);
    add(window, 0, 3);
    advance(window, 0, LENGTH, 2000);
    expect(usedOf(window, 0)).toBe(3);
  });

  test('counts nothing of the window beside it', () => {
    const [before, window, after] = [0, 1, 2].map(placeOf) as [number, number, number];
    const cells = createWindows(3);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 9 }), (at, amount) => {
        advance(cells, window, LENGTH, at);
        add(cells, window, amount);
        expect([before, after].map((place) => usedOf(cells, place))).toEqual([0, 0]);
      }),
    );
  });
});
