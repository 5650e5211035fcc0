/** rounds — interleaved rounds: every contestant once, then every contestant again.
 *
 * A machine's speed drifts; two contestants of one round meet the same drift. A ratio is
 * therefore taken within a round, and the median of the rounds is what counts. */

export type Rounds<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** One figure a contestant and round. The order turns round by round, so that nobody is always first. */
export async function interleave<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Rounds<Name>> {
  const names = Object.keys(contestants) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round) % names.length] as Name;
      figures[name].push(await contestants[name]());
    }
  }
  return figures;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The median over the rounds of `mine / theirs`. */
export const ratio = (mine: readonly number[], theirs: readonly number[]): number =>
  median(mine.map((value, round) => value / (theirs[round] as number)));
