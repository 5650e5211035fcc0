import { expect, test, vi } from 'vitest';
import { Audience } from '../../../src/base/audience.ts';

test('who wants to know is told once that nobody waits any more', () => {
  const audience = new Audience();
  const [told, untold] = [vi.fn(), vi.fn()];
  audience.onLeave(told);
  audience.onLeave(untold);
  audience.offLeave(untold);
  expect(audience.isGone).toBe(false);
  audience.leave();
  audience.leave();
  expect(audience.isGone).toBe(true);
  expect(told).toHaveBeenCalledTimes(1);
  expect(untold).not.toHaveBeenCalled();
});
