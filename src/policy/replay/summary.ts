/** summary — what a replay amounts to, in numbers. */

import type { Judgement } from '../verdict.ts';
import { isDifferent, type Replayed } from './replay.ts';

type Kinds = Record<Judgement['kind'], number>;

export interface Change {
  readonly from: Judgement['kind'];
  readonly to: Judgement['kind'];
  /** Who says otherwise: the rule that objects now, or the one that does no longer. */
  readonly rule: string;
  count: number;
}

export interface Summary {
  requests: number;
  /** Answers that differ. */
  changed: number;
  /** Requests of which a rule could not find something out. */
  unknown: number;
  /** Why, of the first of them. */
  why: string | undefined;
  readonly answers: { readonly today: Kinds; readonly changed: Kinds };
  /** The most frequent first, when `sorted`. */
  readonly changes: Change[];
}

const none = (): Kinds => ({ pass: 0, refuse: 0, wait: 0, later: 0 });

export const createSummary = (): Summary => ({
  ...{ requests: 0, changed: 0, unknown: 0, why: undefined },
  answers: { today: none(), changed: none() },
  changes: [],
});

export function addTo(summary: Summary, replayed: Replayed): void {
  const { today, changed } = replayed;
  summary.requests += 1;
  summary.answers.today[today.judgement.kind] += 1;
  summary.answers.changed[changed.judgement.kind] += 1;
  const why = today.unknown ?? changed.unknown;
  if (why !== undefined) {
    summary.unknown += 1;
    summary.why ??= why;
  }
  if (!isDifferent(replayed)) return;
  summary.changed += 1;
  changeIn(summary, replayed).count += 1;
}

function changeIn({ changes }: Summary, { today, changed }: Replayed): Change {
  const [from, to] = [today.judgement.kind, changed.judgement.kind];
  const rule = changed.rule ?? today.rule ?? '';
  const before = changes.find((one) => one.from === from && one.to === to && one.rule === rule);
  if (before) return before;
  const change: Change = { from, to, rule, count: 0 };
  changes.push(change);
  return change;
}
