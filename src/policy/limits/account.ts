/** account — what is counted of one login, domain or network: the windows of each owner, and who is known.
 *
 * limits   of each kind of acquaintance the latest 2000. Of a mark 32 bits are kept: of 2000 known ones, one
 *          new in two million passes for known. Their times are minutes */

import { KEEP, type New } from './charge.ts';
import { type Cells, createWindows, placeOf } from './window.ts';

export interface Account {
  readonly ledgers: Ledger[];
  readonly met: { [K in New]?: Met };
  /** What it takes in memory, nearly. */
  octets: number;
  /** The same, when its room was last told. */
  listed: number;
}

/** What one owner has used. */
export interface Ledger {
  readonly owner: string;
  /** In the order of their windows. */
  meters: readonly string[];
  cells: Cells;
}

/** Small integers side by side: a tenth of the memory of a map of strings. */
interface Met {
  readonly marks: number[];
  readonly minutes: number[];
}

const OCTETS = { account: 400, ledger: 200, window: 120, met: 150, mark: 16 } as const;

export const createAccount = (): Account => ({ ledgers: [], met: {}, octets: OCTETS.account, listed: 0 });

/** An owner who is new has used nothing. */
export function ledgerIn(account: Account, owner: string): Ledger {
  for (const ledger of account.ledgers) if (ledger.owner === owner) return ledger;
  const ledger: Ledger = { owner, meters: [], cells: [] };
  account.ledgers.push(ledger);
  account.octets += OCTETS.ledger;
  return ledger;
}

/** Where the meter's window is; of a new meter it is empty. */
export function placeIn(account: Account, ledger: Ledger, meter: string): number {
  const { meters } = ledger;
  for (let n = 0; n < meters.length; n += 1) if (meters[n] === meter) return placeOf(n);
  // `concat` leaves no room to grow, as spreading would: a fifth of all memory.
  ledger.meters = meters.concat(meter);
  ledger.cells = ledger.cells.concat(createWindows(1));
  account.octets += OCTETS.window;
  return placeOf(meters.length);
}

/** Known by the bits of its mark, and renewed within so many minutes. */
function isMet(
  { met }: Account,
  kind: New,
  bits: number,
  { at, within }: { at: number; within: number },
): boolean {
  const known = met[kind];
  const place = known ? known.marks.indexOf(bits) : -1;
  return place >= 0 && minuteOf(at) - (known?.minutes[place] as number) < minuteOf(within);
}

export const isKnown = (account: Account, kind: New, bits: number, at: number): boolean =>
  isMet(account, kind, bits, { at, within: KEEP.known });

/** Nothing is to be renewed. */
export const isFresh = (account: Account, kind: New, bits: number, at: number): boolean =>
  isMet(account, kind, bits, { at, within: KEEP.renewed });

export function meet(account: Account, kind: New, bits: number, at: number): void {
  if (isFresh(account, kind, bits, at)) return;
  const met = account.met[kind] ?? beginMet(account, kind);
  const { marks, minutes } = met;
  let place = marks.indexOf(bits);
  if (place < 0) {
    const isFull = marks.length >= KEEP.marks;
    place = isFull ? minutes.indexOf(Math.min(...minutes)) : marks.length;
    if (!isFull) account.octets += OCTETS.mark;
    marks[place] = bits;
  }
  minutes[place] = minuteOf(at);
}

function beginMet(account: Account, kind: New): Met {
  const met = { marks: [], minutes: [] };
  account.met[kind] = met;
  account.octets += OCTETS.met;
  return met;
}

const minuteOf = (milliseconds: number): number => Math.floor(milliseconds / 60_000);
