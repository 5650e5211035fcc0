/** The sliding window against a list of everything that was ever let through. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, advance, createWindow, freesIn, sliceOf } from '../../../../src/policy/limits/window.ts';

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
        const window = createWindow();
        const passed: Passed[] = [];
        let at = 1_000_000;
        for (const { after, amount } of tries) {
          at += after;
          advance(window, LENGTH, at);
          if (window.used + amount <= max) {
            add(window, amount);
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
        const window = createWindow();
        let at = 1_000_000;
        for (const { after, amount } of tries) {
          at += after;
          advance(window, LENGTH, at);
          if (window.used + amount <= max) {
            add(window, amount);
            continue;
          }
          const wait = freesIn(window, LENGTH, { at, amount, max });
          advance(window, LENGTH, at + wait - 1);
          expect(window.used + amount).toBeGreaterThan(max);
          advance(window, LENGTH, at + wait);
          expect(window.used + amount).toBeLessThanOrEqual(max);
          at += wait;
        }
      }),
    );
  });

  test('does not free what is more than the limit alone', () => {
    const window = createWindow();
    advance(window, LENGTH, 5000);
    expect(freesIn(window, LENGTH, { at: 5000, amount: 11, max: 10 })).toBe(LENGTH);
  });

  test('forgets nothing when the clock is set back', () => {
    const window = createWindow();
    advance(window, LENGTH, 5000);
    add(window, 3);
    advance(window, LENGTH, 2000);
    expect(window.used).toBe(3);
  });
});
