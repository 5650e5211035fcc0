import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { type ChangingFactCache, createFactCache, type Fetched } from '../../../src/database/cache.ts';
import { createTestClock, type TestClock } from '../../support/clock.ts';

type Answer = ReadonlyMap<string, Fetched<string>>;

let clock: TestClock;
let cache: ChangingFactCache<string>;
/** The queries that wait for their answer, oldest first. */
let queries: { keys: readonly string[]; answer: (rows: Answer) => void; refuse: () => void }[];

beforeEach(() => {
  clock = createTestClock();
  queries = [];
  cache = createFactCache<string>({
    name: 'test',
    fetch: (keys) =>
      new Promise((resolve, reject) => {
        queries.push({ keys, answer: resolve, refuse: () => reject(new Error('away')) });
      }),
    maxEntries: 100,
    clock,
    log: silent,
  });
  cache.listening(true);
});

const rows = (values: Record<string, string | Fetched<string>>): Answer =>
  new Map(Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? { value } : value]));

const known = (value: string | undefined) => ({ kind: 'known', value, lastKnown: false });
const lastKnown = (value: string) => ({ kind: 'known', value, lastKnown: true });

const peek = (key: string) => {
  const fact = cache.peek(key);
  return fact && { kind: fact.kind, value: fact.value, lastKnown: fact.lastKnown };
};

/** Begins to load `key`; the query is under way when this resolves. */
async function begin(key: string) {
  const loading = cache.load([key]);
  await turn();
  return {
    fact: async () => {
      const fact = (await loading).get(key);
      return fact?.kind === 'known'
        ? { kind: fact.kind, value: fact.value, lastKnown: fact.lastKnown }
        : fact;
    },
  };
}

/** Loads `key` and lets the database say this of it. */
async function load(key: string, value?: string | Fetched<string>) {
  const { fact } = await begin(key);
  queries.shift()?.answer(value === undefined ? rows({}) : rows({ [key]: value }));
  return fact();
}

/** Loads `key` while the database is away. */
async function loadInVain(key: string) {
  const { fact } = await begin(key);
  queries.shift()?.refuse();
  return fact();
}

describe('while every change is announced', () => {
  test('a fact is asked for once', async () => {
    expect(peek('a')).toBeUndefined();
    expect(await load('a', 'x')).toEqual(known('x'));
    expect(peek('a')).toEqual(known('x'));
    expect((await cache.load(['a'])).get('a')).toMatchObject(known('x'));
    expect(cache.stats()).toMatchObject({ fetches: 1, fetchedKeys: 1, present: 1 });
  });

  test('an absence is a fact as well', async () => {
    expect(await load('a')).toEqual(known(undefined));
    expect(peek('a')).toEqual(known(undefined));
  });

  test('a key that PostgreSQL cannot hold is absent, and nobody is asked', async () => {
    expect((await cache.load(['a\0b'])).get('a\0b')).toEqual(known(undefined));
    expect(queries).toEqual([]);
  });

  test('a forgotten fact is asked for again', async () => {
    await load('a', 'x');
    cache.forget(['a']);
    expect(peek('a')).toBeUndefined();
    expect(await load('a', 'y')).toEqual(known('y'));
  });

  test('everything can be forgotten at once, presence and absence', async () => {
    await load('a', 'x');
    await load('b');
    cache.forgetAll();
    expect([peek('a'), peek('b')]).toEqual([undefined, undefined]);
  });

  test('a fact is trusted for ten minutes at most', async () => {
    await load('a', 'x');
    clock.advance(minutes(10) - 1);
    expect(peek('a')).toEqual(known('x'));
    clock.advance(1);
    expect(peek('a')).toBeUndefined();
  });

  test('a fact that time will change is trusted until then, counted from the question', async () => {
    const { fact } = await begin('a');
    clock.advance(300);
    queries.shift()?.answer(rows({ a: { value: 'x', changesIn: 1000 } }));
    expect(await fact()).toEqual(known('x'));
    clock.advance(699);
    expect(peek('a')).toEqual(known('x'));
    clock.advance(1);
    expect(peek('a')).toBeUndefined();
  });

  test('an absence that time will end is trusted until then', async () => {
    await load('a', { value: undefined, changesIn: 1000 });
    expect(peek('a')).toEqual(known(undefined));
    clock.advance(1000);
    expect(peek('a')).toBeUndefined();
  });
});

describe('a change that is announced while its key is read', () => {
  const announcements: Record<string, () => void> = {
    'of the key': () => cache.forget(['a']),
    'of everything': () => cache.forgetAll(),
    'that may have been missed': () => cache.listening(true),
  };

  test.for(Object.entries(announcements))('%s: what was read is not remembered', async ([, announce]) => {
    const early = await begin('a');
    announce();
    queries.shift()?.answer(rows({ a: 'old' }));
    expect(await early.fact()).toEqual(known('old'));
    expect(peek('a')).toBeUndefined();
  });

  test.for(Object.entries(announcements))(
    '%s: who asks after it gets a new reading',
    async ([, announce]) => {
      const early = await begin('a');
      announce();
      const late = await begin('a');
      expect(queries.length).toBe(2);
      queries[1]?.answer(rows({ a: 'new' }));
      queries[0]?.answer(rows({ a: 'old' }));
      expect(await late.fact()).toEqual(known('new'));
      expect(await early.fact()).toEqual(known('old'));
      expect(peek('a')).toEqual(known('new'));
    },
  );

  test('leaves the other keys of the query alone', async () => {
    const loading = cache.load(['a', 'b']);
    await turn();
    cache.forget(['a']);
    queries.shift()?.answer(rows({ a: 'x', b: 'y' }));
    await loading;
    expect([peek('a'), peek('b')]).toEqual([undefined, known('y')]);
  });
});

describe('while changes may be missed', () => {
  test('nothing is trusted before the first listening', async () => {
    cache.listening(false);
    expect(await load('a', 'x')).toEqual(known('x'));
    expect(peek('a')).toBeUndefined();
  });

  test('nothing in memory is trusted, and the database is asked each time', async () => {
    await load('a', 'x');
    cache.listening(false);
    expect(peek('a')).toBeUndefined();
    expect(await load('a', 'y')).toEqual(known('y'));
    expect(await load('a', 'z')).toEqual(known('z'));
  });

  test('what was remembered before is not trusted after', async () => {
    await load('a', 'x');
    cache.listening(false);
    await load('b', 'y');
    cache.listening(true);
    expect([peek('a'), peek('b')]).toEqual([undefined, undefined]);
    await load('a', 'z');
    expect(peek('a')).toEqual(known('z'));
  });
});

describe('while the database is away', () => {
  test('trusted facts are served as ever', async () => {
    await load('a', 'x');
    await loadInVain('b');
    expect(peek('a')).toEqual(known('x'));
  });

  test('a value that was trusted lately is served, and marked', async () => {
    await load('a', 'x');
    cache.listening(false);
    expect(await loadInVain('a')).toEqual(lastKnown('x'));
    expect(cache.stats()).toMatchObject({ failures: 1, lastKnown: 1 });
  });

  test('an absence is not served: it cannot be proven', async () => {
    await load('a');
    cache.listening(false);
    expect(await loadInVain('a')).toEqual({ kind: 'later', why: 'away' });
  });

  test('a value that was gone when it was read last is not served', async () => {
    await load('a', 'x');
    cache.listening(false);
    await load('a');
    expect(await loadInVain('a')).toEqual({ kind: 'later', why: 'away' });
  });

  test('what was never known is later', async () => {
    expect(await loadInVain('a')).toEqual({ kind: 'later', why: 'away' });
  });

  test('what was announced as changed is later', async () => {
    await load('a', 'x');
    cache.forget(['a']);
    expect(await loadInVain('a')).toEqual({ kind: 'later', why: 'away' });
  });

  test('a value is served until ten minutes after it was trusted last', async () => {
    await load('a', 'x');
    clock.advance(minutes(5));
    cache.listening(false);
    clock.advance(minutes(10));
    expect(await loadInVain('a')).toEqual(lastKnown('x'));
    clock.advance(1000);
    expect(await loadInVain('a')).toMatchObject({ kind: 'later' });
  });

  test('the ten minutes count from the end of its own listening, not of a later one', async () => {
    await load('a', 'x');
    cache.listening(false);
    clock.advance(minutes(6));
    cache.listening(true);
    cache.listening(false);
    clock.advance(minutes(6));
    expect(await loadInVain('a')).toMatchObject({ kind: 'later' });
  });

  test('a value is not served past the moment at which time changed it', async () => {
    await load('a', { value: 'x', changesIn: seconds(60) });
    cache.listening(false);
    clock.advance(seconds(60));
    expect(await loadInVain('a')).toMatchObject({ kind: 'later' });
  });
});

test('guessed names do not push known ones out', async () => {
  for (let n = 0; n < 100; n += 1) await load(`known${n}`, 'x');
  for (let n = 0; n < 300; n += 1) await load(`guess${n}`);
  expect(cache.stats()).toMatchObject({ present: 100, absent: 25 });
});
