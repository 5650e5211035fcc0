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
  useOf,
  windowOf,
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

  describe('whose clock is set back', () => {
    const anyClock = fc.record({
      before: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 }),
      back: fc.integer({ min: 1, max: 100 * LENGTH }),
      after: fc.integer({ min: 0, max: 2 * LENGTH }),
    });

    test('frees nothing before its time, and all within three tenths after it', () => {
      fc.assert(
        fc.property(anyClock, ({ before, back, after }) => {
          const window = createWindows(1);
          let at = 200 * LENGTH;
          const passed: Passed[] = [];
          for (const span of before) {
            at += span;
            advance(window, 0, LENGTH, at);
            add(window, 0, 1);
            passed.push({ at, amount: 1 });
          }
          advance(window, 0, LENGTH, at - back);
          const left = freesIn(window, 0, LENGTH, {
            at: at - back,
            amount: passed.length,
            max: passed.length,
          });
          expect(left).toBeLessThanOrEqual(1.3 * LENGTH);
          advance(window, 0, LENGTH, at - back + after);
          const used = usedOf(window, 0);
          expect(used).toBeGreaterThanOrEqual(sumSince(passed, at + after - LENGTH));
          expect(used).toBeLessThanOrEqual(sumSince(passed, at + after - 1.3 * LENGTH - 1));
        }),
        { numRuns: 2000 },
      );
    });

    test('goes on counting from there', () => {
      const window = createWindows(1);
      for (const at of [90_000, 5000]) {
        advance(window, 0, LENGTH, at);
        add(window, 0, 3);
      }
      advance(window, 0, LENGTH, 6000);
      expect(usedOf(window, 0)).toBe(6);
      advance(window, 0, LENGTH, 6200);
      expect(usedOf(window, 0)).toBe(0);
    });

    test('is shown as it lies in Redis', () => {
      const slices = [898, 1, 900, 2];
      const cells = windowOf(slices, LENGTH, 5000);
      expect(useOf(cells, 0, LENGTH, { at: 5000, max: 3 })).toEqual({ used: 3, freesIn: 1000 });
    });
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
