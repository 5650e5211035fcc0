/** changed — limits as they would be with other rows: to try them. Pure.
 *
 * Of the same counter, window and `by` the user's row goes before his domain's, that before the one for all, that before
 * the shipped one (sql/views/lookup_rate_limits.sql): so it must be known which rows there are. */

import type { Limit, LimitFacts } from './limit.ts';

/** Of neither: everybody's. */
export interface Whose {
  /** A login name. */
  readonly user: string | undefined;
  readonly domain: string | undefined;
}

type Key = Pick<Limit, 'by' | 'counter' | 'window'>;

export type Row = Key & Whose;

/** A row that would be there, in place of the one for the same if there is one. */
export type ChangedRow = Whose & Omit<Limit, 'max'> & { readonly max: number | null };

/** Whether the schema takes such a row. */
export function isPossible({ user, domain, by, counter, suspends }: ChangedRow): boolean {
  if (suspends && (by !== 'credential' || counter === 'bytes')) return false;
  if (counter === 'bounces' && !suspends) return false;
  if (counter === 'new_networks' && by !== 'user' && by !== 'credential') return false;
  if (by === 'network') return user === undefined && domain === undefined && counter !== 'new_recipients';
  return by !== 'domain' || user === undefined;
}

export function changeLimits(
  rows: readonly Row[],
  changes: readonly ChangedRow[],
): (facts: LimitFacts) => LimitFacts {
  const known = new WeakMap<LimitFacts, LimitFacts>();
  return (facts) => {
    const before = known.get(facts);
    if (before) return before;
    const limits = changes
      .filter((change, n) => goesFirst(facts, change, [...rows, ...changes.toSpliced(n, 1)]))
      .reduce(withRow, facts.limits);
    const changed = { ...facts, limits };
    known.set(facts, changed);
    return changed;
  };
}

/** Whether it is for this login, and no other row is nearer to him. */
function goesFirst(facts: LimitFacts, change: ChangedRow, others: readonly Row[]): boolean {
  const distance = distanceOf(facts, change);
  if (distance === undefined) return false;
  return !others.some((row) => isSame(row, change) && (distanceOf(facts, row) ?? 3) < distance);
}

function distanceOf({ login, domain }: LimitFacts, row: Whose): number | undefined {
  if (row.user !== undefined) return row.user === login ? 0 : undefined;
  if (row.domain !== undefined) return row.domain === domain ? 1 : undefined;
  return 2;
}

function withRow(limits: readonly Limit[], change: ChangedRow): readonly Limit[] {
  const others = limits.filter((limit) => !isSame(limit, change));
  const { by, counter, window, max, isPermanent, suspends } = change;
  return max === null ? others : [...others, { by, counter, window, max, isPermanent, suspends }];
}

const isSame = (one: Key, other: Key): boolean =>
  one.by === other.by && one.counter === other.counter && one.window === other.window;
