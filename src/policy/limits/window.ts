/** window — counts what happened within the last so-and-so long. Pure.
 *
 * A window is cut into ten slices, and all slices that it touches count whole, which are eleven. So in
 * no stretch of time as long as the window is more let through than the limit; what was counted frees
 * after the window at the earliest and a tenth of it later at the latest. That is the whole error.
 *
 * The windows of one owner lie side by side in one array of numbers, and a window is a place in it: of
 * hundreds of thousands of them each as an object would take more than twice the memory, and most of
 * the time of a decision. */

import type { Milliseconds } from '../../base/clock.ts';

const SLICES = 10;
const KEPT = SLICES + 1;

/** In the cells of a window: the number of the newest slice, what is used, then each slice's count, by
 * slice number modulo the number of those kept. */
const [NEWEST, USED, COUNTS] = [0, 1, 2] as const;
const CELLS = COUNTS + KEPT;

export const sliceOf = (window: Milliseconds): Milliseconds => window / SLICES;

export type Cells = number[];

/** So many windows; the next is `CELLS` after the one before. */
export function createWindows(many: number): Cells {
  const cells: Cells = [];
  for (let n = 0; n < many; n += 1) {
    cells.push(Number.NEGATIVE_INFINITY);
    for (let cell = 1; cell < CELLS; cell += 1) cells.push(0);
  }
  // Without the room that an array keeps to grow.
  return cells.slice();
}

/** Where the window of that number is. */
export const placeOf = (number: number): number => number * CELLS;

export const usedOf = (cells: Cells, place: number): number => cells[place + USED] as number;

/** Lets go of what is older than the window. A clock that is set back makes nothing old, and nothing young again. */
export function advance(cells: Cells, place: number, length: Milliseconds, at: number): void {
  const slice = Math.floor(at / sliceOf(length));
  const newest = cells[place + NEWEST] as number;
  if (slice <= newest) {
    setBack(cells, place, aheadOf(newest, slice));
    return;
  }
  const first = Math.max(newest + 1, slice - SLICES);
  for (let n = first; n <= slice; n += 1) {
    const cell = place + COUNTS + (n % KEPT);
    cells[place + USED] = usedOf(cells, place) - (cells[cell] as number);
    cells[cell] = 0;
  }
  cells[place + NEWEST] = slice;
}

/** By how many slices the clock was set back since. Where slices begin is not what it was: of one slice too many
 * nothing frees too soon, and a clock that was set back by a moment is none. */
const aheadOf = (newest: number, slice: number): number => Math.max(0, newest - slice - 1);

/** What is counted is as old as it was. */
function setBack(cells: Cells, place: number, slices: number): void {
  if (slices === 0) return;
  const first = place + COUNTS;
  const counts = cells.slice(first, first + KEPT);
  for (let n = 0; n < KEPT; n += 1) cells[first + n] = counts[(n + slices) % KEPT] as number;
  cells[place + NEWEST] = (cells[place + NEWEST] as number) - slices;
}

/** To an advanced window. */
export function add(cells: Cells, place: number, amount: number): void {
  const cell = place + COUNTS + ((cells[place + NEWEST] as number) % KEPT);
  cells[cell] = (cells[cell] as number) + amount;
  cells[place + USED] = usedOf(cells, place) + amount;
}

/** How long until `amount` more fit, if nothing else comes; the whole window where they never do. */
export function freesIn(
  cells: Cells,
  place: number,
  length: Milliseconds,
  { at, amount, max }: { readonly at: number; readonly amount: number; readonly max: number },
): Milliseconds {
  const slice = sliceOf(length);
  const newest = cells[place + NEWEST] as number;
  let left = usedOf(cells, place);
  for (let n = newest - SLICES; n <= newest; n += 1) {
    left -= cells[place + COUNTS + (((n % KEPT) + KEPT) % KEPT)] as number;
    if (left + amount <= max) return Math.max(0, (n + KEPT) * slice - at);
  }
  return length;
}

/** How full an advanced window is, and when one more fits. */
export function useOf(
  cells: Cells,
  place: number,
  length: Milliseconds,
  { at, max }: { readonly at: number; readonly max: number },
): { readonly used: number; readonly freesIn: Milliseconds } {
  const used = usedOf(cells, place);
  return { used, freesIn: used < max ? 0 : freesIn(cells, place, length, { at, amount: 1, max }) };
}

/** Of slices that were counted elsewhere: their numbers, each followed by its count. */
export function windowOf(slices: readonly number[], length: Milliseconds, at: number): Cells {
  const cells = createWindows(1);
  const last = slices.at(-2) ?? 0;
  const ahead = aheadOf(last, Math.floor(at / sliceOf(length)));
  advance(cells, 0, length, Math.max(at, (last - ahead) * sliceOf(length)));
  const newest = cells[NEWEST] as number;
  for (let n = 0; n + 1 < slices.length; n += 2) {
    const [slice, amount] = [(slices[n] as number) - ahead, slices[n + 1] as number];
    if (slice <= newest - KEPT) continue;
    cells[COUNTS + (slice % KEPT)] = amount;
    cells[USED] = usedOf(cells, 0) + amount;
  }
  return cells;
}
