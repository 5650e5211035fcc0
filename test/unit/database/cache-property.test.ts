import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createFactCache, type Fetched } from '../../../src/database/cache.ts';
import type { Fact } from '../../../src/database/facts.ts';
import { createTestClock } from '../../support/clock.ts';

/** What the database said about a key after its nth change: a number, or nothing any more. */
type Version = number;
type Step =
  | { do: 'change'; key: string }
  | { do: 'announce' }
  | { do: 'load'; keys: string[] }
  | { do: 'read' | 'answer' | 'refuse'; which: number }
  | { do: 'deaf' | 'hear' | 'turn' | 'everything' }
  | { do: 'wait'; time: number };

const KEYS = ['a', 'b', 'c'];
const key = fc.constantFrom(...KEYS);
const which = fc.nat(3);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: key.map((key) => ({ do: 'change' as const, key })) },
  { weight: 3, arbitrary: fc.constant({ do: 'announce' as const }) },
  {
    weight: 4,
    arbitrary: fc.uniqueArray(key, { minLength: 1 }).map((keys) => ({ do: 'load' as const, keys })),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'turn' as const }) },
  { weight: 3, arbitrary: which.map((which) => ({ do: 'read' as const, which })) },
  { weight: 3, arbitrary: which.map((which) => ({ do: 'answer' as const, which })) },
  { weight: 1, arbitrary: which.map((which) => ({ do: 'refuse' as const, which })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('deaf' as const, 'hear' as const, 'everything' as const)
      .map((what) => ({ do: what })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: seconds(900) }).map((time) => ({ do: 'wait' as const, time })),
  },
);

/** Every third version is an absence. */
const valueAt = (version: Version): Version | undefined => (version % 3 === 2 ? undefined : version);

interface Query {
  readonly keys: readonly string[];
  /** What the database saw, once it has read. */
  snapshot: Map<string, Version> | undefined;
  answer: (rows: Map<string, Fetched<Version>>) => void;
  refuse: (error: Error) => void;
}

/** The database, its announcements under way, and the cache; all moved by hand. */
function createWorld() {
  const clock = createTestClock();
  const database = new Map<string, Version>(KEYS.map((key) => [key, 0]));
  /** The oldest version of a key that may be served to whoever asks now. */
  const floor = new Map(database);
  const announcements: { key: string; version: Version }[] = [];
  const queries: Query[] = [];
  const checks: Promise<void>[] = [];
  const cache = createFactCache<Version>({
    name: 'test',
    fetch: (keys) =>
      new Promise((answer, refuse) => queries.push({ keys, snapshot: undefined, answer, refuse })),
    maxEntries: 100,
    clock,
    log: silent,
  });

  function check(key: string, oldest: Version, newest: Version, fact: Fact<Version> | undefined): void {
    if (!fact || fact.kind === 'later') return;
    if (fact.lastKnown) {
      expect(fact.value).toBeDefined();
      return;
    }
    const possible = Array.from({ length: newest - oldest + 1 }, (_, n) => valueAt(oldest + n));
    expect(possible, `of ${key}, between its versions ${oldest} and ${newest}`).toContain(fact.value);
  }

  const latest = (key: string): Version => database.get(key) ?? 0;

  function load(keys: string[]): void {
    const oldest = new Map(floor);
    for (const key of keys) check(key, oldest.get(key) ?? 0, latest(key), cache.peek(key));
    checks.push(
      cache.load(keys).then((facts) => {
        expect([...facts.keys()].sort()).toEqual([...keys].sort());
        for (const [key, fact] of facts) check(key, oldest.get(key) ?? 0, latest(key), fact);
      }),
    );
  }

  /** All that changed so far is announced at once, or may have been missed. */
  function settle(announce: () => void): void {
    announcements.length = 0;
    announce();
    for (const [key, version] of database) floor.set(key, version);
  }

  const listening = (on: boolean): void => settle(() => cache.listening(on));

  function announce(): void {
    const change = announcements.shift();
    if (!change) return;
    cache.forget([change.key]);
    floor.set(change.key, Math.max(change.version, floor.get(change.key) ?? 0));
  }

  function answer(query: Query): void {
    const rows = new Map<string, Fetched<Version>>();
    for (const key of query.keys) {
      const value = valueAt((query.snapshot ?? database).get(key) ?? 0);
      if (value !== undefined) rows.set(key, { value });
    }
    query.answer(rows);
  }

  const take = (which: number): Query | undefined => queries.splice(which, 1)[0];

  async function run(step: Step): Promise<void> {
    switch (step.do) {
      case 'change':
        database.set(step.key, latest(step.key) + 1);
        announcements.push({ key: step.key, version: latest(step.key) });
        return;
      case 'announce':
        return announce();
      case 'load':
        return load(step.keys);
      case 'read': {
        const query = queries[step.which];
        if (query) query.snapshot ??= new Map(database);
        return;
      }
      case 'answer': {
        const query = take(step.which);
        if (query) answer(query);
        return turn();
      }
      case 'refuse':
        take(step.which)?.refuse(new Error('away'));
        return turn();
      case 'deaf':
        return listening(false);
      case 'hear':
        return listening(true);
      case 'everything':
        return settle(() => cache.forgetAll());
      case 'turn':
        return turn();
      case 'wait':
        return clock.advance(step.time);
    }
  }

  /** Answers whatever is asked until everybody has a fact. */
  async function finish(): Promise<void> {
    let waiting = true;
    const all = Promise.all(checks).finally(() => {
      waiting = false;
    });
    all.catch(() => undefined);
    while (waiting) {
      await turn();
      for (const query of queries.splice(0)) answer(query);
    }
    await all;
  }

  return { run, listening, finish };
}

test('whatever happens in whatever order, nothing older than the last announcement is served', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const world = createWorld();
      world.listening(true);
      for (const step of steps) await world.run(step);
      await world.finish();
    }),
    { numRuns: 500 },
  );
});
