/** waiting — what one user has reported and nobody has written yet. */

import type { Instant } from '../base/clock.ts';

export type UsageType = 'storage' | 'messages';

/** Bytes or messages. */
export interface Report {
  readonly login: string;
  readonly type: UsageType;
  readonly how: 'is' | 'adds';
  readonly amount: number;
}

export interface DatedReport extends Report {
  /** When it came. */
  readonly at: Instant;
}

/** Of each kind one report, whatever came. */
export interface Waiting {
  readonly reports: Map<UsageType, DatedReport>;
  /** Who wants to hear what became of it. */
  readonly told: Set<(recorded: Recorded) => void>;
  /** Several totals came: nobody knows which is the newest. */
  isUnsure: boolean;
}

export type Recorded =
  | { readonly kind: 'written' }
  /** It may be written yet. */
  | { readonly kind: 'uncertain'; readonly why: string }
  /** It will not be written. */
  | { readonly kind: 'refused'; readonly why: string };

export const nothingYet = (): Waiting => ({ reports: new Map(), told: new Set(), isUnsure: false });

/** A total outdoes all before it; a difference adds to whatever there is. */
export function add(user: Waiting, report: DatedReport): void {
  const before = user.reports.get(report.type);
  if (before?.how === 'is' && report.how === 'is') user.isUnsure = true;
  const merged =
    before && report.how === 'adds' ? { ...before, amount: before.amount + report.amount } : report;
  user.reports.set(report.type, merged);
}

export function addAll(user: Waiting, newer: Waiting): void {
  for (const tell of newer.told) user.told.add(tell);
  for (const report of newer.reports.values()) add(user, report);
  user.isUnsure ||= newer.isUnsure;
}
