/** outlook — what the guard thinks of a user and a network now, since when, and until when. Pure. */

import type { Counts, Limits, Verdict } from './limits.ts';
import { verdictOn } from './limits.ts';

export interface Seen {
  /** When each wrong password came, and each user who failed from the network: milliseconds of the wall clock. */
  readonly passwords: readonly number[];
  readonly users: readonly number[];
  readonly isKnown: boolean;
}

export interface Outlook extends Counts {
  readonly verdict: Verdict;
  /** The oldest that counts; undefined if nothing does. */
  readonly since: number | undefined;
  /** When it is no longer so, if nothing more comes; undefined where nobody is hindered. */
  readonly until: number | undefined;
}

export function outlookOf(seen: Seen, limits: Limits, now: number): Outlook {
  const countsAt = (time: number): Counts => ({
    passwords: seen.passwords.filter((at) => at > time - limits.window).length,
    users: seen.users.filter((at) => at > time - limits.window).length,
    isKnown: seen.isKnown,
  });
  const counts = countsAt(now);
  const verdict = verdictOn(counts, limits);
  const marks = [...seen.passwords, ...seen.users]
    .filter((at) => at > now - limits.window)
    .sort((a, b) => a - b);
  const isOver = (time: number): boolean => verdictOn(countsAt(time), limits).kind !== verdict.kind;
  const until = verdict.kind === 'pass' ? undefined : marks.map((at) => at + limits.window).find(isOver);
  return { ...counts, verdict, since: marks[0], until };
}
