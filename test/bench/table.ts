/** table — the rows that a benchmark gives, and the one table that is printed. */

import CliTable from 'cli-table3';

export interface Row {
  /** What was measured: `cached lookups, 10 connections: dovetail`. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The value is a ratio, or a figure, that must be reached. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
  /** One figure a round, as measured: how much it scatters. */
  readonly rounds?: readonly number[];
  readonly note?: string;
}

export const reached = ({ value, goal }: Row): boolean | undefined => {
  if (goal === undefined) return undefined;
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
};

const DIGITS: Readonly<Record<string, number>> = { times: 2, 'µs CPU': 2, ms: 1, s: 2, MB: 0 };

function show(value: number, unit: string): string {
  const digits = DIGITS[unit] ?? (value < 10 ? 1 : 0);
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function showGoal({ goal, unit }: Row): string {
  if (goal === undefined) return '';
  return 'atLeast' in goal ? `≥ ${show(goal.atLeast, unit)}` : `≤ ${show(goal.atMost, unit)}`;
}

const VERDICTS = new Map([
  [true, 'reached'],
  [false, 'MISSED'],
]);

/** The table for people; one line a row, no colours, so that it can be pasted. */
export function drawTable(rows: readonly Row[]): string {
  const table = new CliTable({
    head: ['what', 'figure', 'unit', 'goal', '', 'note'],
    colAligns: ['left', 'right', 'left', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const verdict = VERDICTS.get(reached(row) as boolean) ?? '';
    table.push([row.what, show(row.value, row.unit), row.unit, showGoal(row), verdict, row.note ?? '']);
  }
  return table.toString();
}
