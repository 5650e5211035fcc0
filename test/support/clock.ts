/** clock — a clock that stands still until a test moves it. */

import type { Clock, Milliseconds } from '../../src/base/clock.ts';

export interface TestClock extends Clock {
  advance(time: Milliseconds): void;
}

export function createTestClock(): TestClock {
  let now = 1000;
  return {
    now: () => now,
    date: () => new Date(now),
    advance: (time) => {
      now += time;
    },
  };
}
