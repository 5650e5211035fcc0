import { expect, test } from 'vitest';
import type { Log } from '../../../src/base/log.ts';
import { createUsage } from '../../../src/quota/usage.ts';
import type { Report } from '../../../src/quota/waiting.ts';
import { createTestClock } from '../../support/clock.ts';

const total = (login: string, amount: number): [string, Report[]] => [
  login,
  [{ login, type: 'storage', how: 'is', amount }],
];
const difference = (login: string, amount: number): [string, Report[]] => [
  login,
  [{ login, type: 'storage', how: 'adds', amount }],
];

/** Usage whose database can be away, slow, or refuse. */
function open({ patience = 10_000, maxWaiting = 10 } = {}) {
  const written: (readonly Report[])[] = [];
  const said: string[] = [];
  const tell = (event: string) => void said.push(event);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  const world = { failure: undefined as Error | undefined, unsure: [] as string[] };
  const unsure: string[] = [];
  const clock = createTestClock();
  const usage = createUsage({
    write: async (reports) => {
      if (world.failure) throw world.failure;
      written.push(structuredClone(reports));
      return [...world.unsure];
    },
    onUnsure: (logins) => void unsure.push(...logins),
    clock,
    log,
    every: 50,
    patience,
    maxWaiting,
  });
  return { ...usage, written, unsure, said, world, clock };
}

const soon = (look: () => unknown) => expect.poll(look, { interval: 5 });

test('many users are one statement, and each hears of it when it is written', async () => {
  const { record, written } = open();
  const told = await Promise.all([record(...total('alice', 1)), record(...total('bob', 2))]);
  expect(told).toEqual([{ kind: 'written' }, { kind: 'written' }]);
  expect(written).toMatchObject([[...total('alice', 1)[1], ...total('bob', 2)[1]]]);
});

test('the newest total of a user counts, and differences are summed', async () => {
  const { record, written } = open();
  await Promise.all(
    [
      ...[total('alice', 1), difference('alice', 9), total('alice', 5), difference('alice', -2)],
      ...[difference('bob', 4), difference('bob', -1)],
    ].map((report) => record(...report)),
  );
  expect(written.flat()).toMatchObject([
    { login: 'alice', how: 'is', amount: 3 },
    { login: 'bob', how: 'adds', amount: 3 },
  ]);
});

test('of whom several totals came, or the database had one shortly before, nobody knows which is the newest', async () => {
  const { record, unsure, world } = open();
  world.unsure = ['carol'];
  await Promise.all([
    record(...total('alice', 1)),
    record(...total('alice', 2)),
    record(...total('bob', 1)),
    record(...difference('bob', 1)),
  ]);
  expect(unsure).toEqual(['carol', 'alice']);
});

test('a report that waited in an outage keeps the time at which it came', async () => {
  const { record, written, world, clock } = open({ patience: 1 });
  world.failure = new Error('away');
  const came = clock.now();
  await record(...total('alice', 1));
  world.failure = undefined;
  clock.advance(70);
  await soon(() => written.flat()).toMatchObject([{ login: 'alice', at: came }]);
});

test('a user is written once within the time, however often he reports', async () => {
  const { record, written, clock } = open();
  await record(...total('alice', 1));
  const second = record(...total('alice', 2));
  await record(...total('bob', 1));
  const third = record(...total('alice', 3));
  expect(written.flat().map(({ login }) => login)).toEqual(['alice', 'bob']);
  clock.advance(50);
  await Promise.all([second, third]);
  expect(written.flat().map(({ login, amount }) => [login, amount])).toEqual([
    ['alice', 1],
    ['bob', 1],
    ['alice', 3],
  ]);
});

test('in an outage nobody is told that it is written, and nothing is lost by it', async () => {
  const { record, written, said, world, clock } = open({ patience: 1 });
  world.failure = new Error('away');
  expect(await record(...difference('alice', 1))).toMatchObject({ kind: 'uncertain' });
  expect(await record(...difference('alice', 2))).toMatchObject({ kind: 'uncertain' });
  await soon(() => said).toEqual(['usage.away']);
  world.failure = undefined;
  clock.advance(50);
  await soon(() => written.flat()).toMatchObject([{ login: 'alice', how: 'adds', amount: 3 }]);
  await soon(() => said).toEqual(['usage.away', 'usage.back']);
});

test('what the database refuses is not tried for ever', async () => {
  const { record, written, world } = open();
  world.failure = Object.assign(new Error('no such value'), { code: '22P02' });
  expect(await record(...total('alice', 1))).toEqual({ kind: 'refused', why: 'no such value' });
  world.failure = undefined;
  await record(...total('bob', 1));
  expect(written.flat()).toMatchObject([{ login: 'bob' }]);
});

test('there are never more users waiting than the limit', async () => {
  const { record, world } = open({ maxWaiting: 2, patience: 1 });
  world.failure = new Error('away');
  const told = await Promise.all(['a', 'b', 'c'].map((user) => record(...total(user, 1))));
  expect(told.map(({ kind }) => kind)).toEqual(['uncertain', 'uncertain', 'refused']);
});

test('at the end everything is written at once', async () => {
  const { record, close, written } = open();
  await record(...total('alice', 1));
  const second = record(...total('alice', 2));
  await close();
  expect(await second).toEqual({ kind: 'written' });
  expect(written.flat().map(({ amount }) => amount)).toEqual([1, 2]);
});
