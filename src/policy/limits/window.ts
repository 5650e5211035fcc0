/** window — counts what happened within the last so-and-so long. Pure.
 *
 * A window is cut into ten slices, and all slices that it touches count whole, which are eleven. So in
 * no stretch of time as long as the window is more let through than the limit; what was counted frees
 * after the window at the earliest and a tenth of it later at the latest. That is the whole error. */

import type { Milliseconds } from '../../base/clock.ts';

const SLICES = 10;
const KEPT = SLICES + 1;

export const sliceOf = (window: Milliseconds): Milliseconds => window / SLICES;

export interface Window {
  /** By slice number modulo the number of those kept. */
  readonly counts: number[];
  newest: number;
  used: number;
}

export const createWindow = (): Window => ({
  counts: new Array<number>(KEPT).fill(0),
  newest: Number.NEGATIVE_INFINITY,
  used: 0,
});

/** Lets go of what is older than the window. A clock that is set back makes nothing old. */
export function advance(window: Window, length: Milliseconds, at: number): void {
  const slice = Math.floor(at / sliceOf(length));
  if (slice <= window.newest) return;
  const first = Math.max(window.newest + 1, slice - SLICES);
  for (let n = first; n <= slice; n += 1) {
    window.used -= window.counts[n % KEPT] ?? 0;
    window.counts[n % KEPT] = 0;
  }
  window.newest = slice;
}

/** To an advanced window. */
export function add(window: Window, amount: number): void {
  const place = window.newest % KEPT;
  window.counts[place] = (window.counts[place] ?? 0) + amount;
  window.used += amount;
}

/** How long until `amount` more fit, if nothing else comes; the whole window where they never do. */
export function freesIn(
  window: Window,
  length: Milliseconds,
  { at, amount, max }: { readonly at: number; readonly amount: number; readonly max: number },
): Milliseconds {
  const slice = sliceOf(length);
  let left = window.used;
  for (let n = window.newest - SLICES; n <= window.newest; n += 1) {
    left -= window.counts[((n % KEPT) + KEPT) % KEPT] ?? 0;
    if (left + amount <= max) return Math.max(0, (n + KEPT) * slice - at);
  }
  return length;
}

/** How full an advanced window is, and when one more fits. */
export function useOf(
  window: Window,
  length: Milliseconds,
  { at, max }: { readonly at: number; readonly max: number },
): { readonly used: number; readonly freesIn: Milliseconds } {
  const { used } = window;
  return { used, freesIn: used < max ? 0 : freesIn(window, length, { at, amount: 1, max }) };
}

/** Of slices that were counted elsewhere, by their numbers. */
export function windowOf(slices: ReadonlyMap<number, number>, length: Milliseconds, at: number): Window {
  const window = createWindow();
  advance(window, length, at);
  for (const [slice, amount] of slices) {
    if (slice <= window.newest - KEPT || slice > window.newest) continue;
    window.counts[slice % KEPT] = amount;
    window.used += amount;
  }
  return window;
}
