/** tally — what is counted while we work, in plain integers; metrics/ collects them when asked.
 *
 * A count on the way of a cached lookup costs one addition: whoever counts often keeps the `Counter`. */

export interface Counter {
  count: number;
}

/** Counters by their labels. */
export interface Tally {
  /** The counter of these labels; the labels must come from a small set, never from a stranger. */
  at(...labels: readonly string[]): Counter;
  read(): readonly { readonly labels: readonly string[]; readonly count: number }[];
}

/** A counter of some labels, and those of one more. */
interface Branch {
  counter: (Counter & { readonly labels: readonly string[] }) | undefined;
  readonly by: Map<string, Branch>;
}

export function createTally(): Tally {
  const root: Branch = { counter: undefined, by: new Map() };
  const counters: (Counter & { readonly labels: readonly string[] })[] = [];
  function grow(branch: Branch, label: string): Branch {
    const next = { counter: undefined, by: new Map() };
    branch.by.set(label, next);
    return next;
  }
  return {
    at(...labels) {
      let branch = root;
      for (const label of labels) branch = branch.by.get(label) ?? grow(branch, label);
      if (!branch.counter) {
        branch.counter = { labels, count: 0 };
        counters.push(branch.counter);
      }
      return branch.counter;
    },
    read: () => [...counters],
  };
}

export interface Distribution {
  /** The upper bounds of all buckets but the last, which has none. */
  readonly bounds: readonly number[];
  /** One more than bounds; each value is in one bucket. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export interface Histogram {
  observe(value: number): void;
  read(): Distribution;
}

export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let sum = 0;
  return {
    observe(value) {
      let bucket = 0;
      while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket += 1;
      counts[bucket] = (counts[bucket] as number) + 1;
      sum += value;
    },
    read: () => ({ bounds, counts: [...counts], sum }),
  };
}
