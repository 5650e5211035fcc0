/** backlog — what is told to somebody, a call at a time: what comes meanwhile goes together with the next. */

export interface BacklogParts<Q> {
  /** Only what is of one group shares a call; different groups do not wait for each other. */
  groupOf(one: Q): string;
  /** Never rejects. */
  call(all: readonly Q[]): Promise<void>;
  /** In one call. */
  readonly most: number;
}

export interface Backlog<Q> {
  put(one: Q): void;
  /** How much is not through yet. */
  size(): number;
  /** When nothing is under way or waiting any more. */
  end(): Promise<void>;
}

export function createBacklog<Q>({ groupOf, call, most }: BacklogParts<Q>): Backlog<Q> {
  const waiting = new Map<string, Q[]>();
  const running = new Set<Promise<void>>();
  let size = 0;

  async function run(group: string): Promise<void> {
    for (;;) {
      // What comes in the same turn of the event loop goes along.
      await new Promise(setImmediate);
      const all = waiting.get(group) ?? [];
      if (all.length === 0) break;
      const now = all.splice(0, most);
      await call(now);
      size -= now.length;
    }
    waiting.delete(group);
  }

  return {
    put(one) {
      size += 1;
      const group = groupOf(one);
      const others = waiting.get(group);
      if (others) {
        others.push(one);
        return;
      }
      waiting.set(group, [one]);
      const ending = run(group).finally(() => running.delete(ending));
      running.add(ending);
    },
    size: () => size,
    async end() {
      await Promise.all(running);
    },
  };
}
