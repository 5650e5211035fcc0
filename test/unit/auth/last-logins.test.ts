import { expect, test } from 'vitest';
import { createLastLogins } from '../../../src/auth/last-logins.ts';
import type { Log } from '../../../src/base/log.ts';
import { createTestClock } from '../../support/clock.ts';

function open() {
  const written: [string, Date][][] = [];
  const said: string[] = [];
  const tell = (event: string) => void said.push(event);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  const world = { failure: undefined as Error | undefined };
  const clock = createTestClock();
  const lastLogins = createLastLogins({
    write: async (logins) => {
      if (world.failure) throw world.failure;
      written.push([...logins]);
    },
    clock,
    log,
    every: 5,
  });
  const ago = (milliseconds: number) => new Date(clock.date().getTime() - milliseconds);
  return { ...lastLogins, written, said, world, ago };
}

const soon = (look: () => unknown) => expect.poll(look, { interval: 5 });

test('of a user the newest is written, and never one that is yet to come', async () => {
  const { record, written, ago } = open();
  record('alice', ago(5));
  record('alice', ago(2));
  record('alice', ago(9));
  record('bob', ago(-1000));
  await soon(() => written).toEqual([
    [
      ['alice', ago(2)],
      ['bob', ago(0)],
    ],
  ]);
});

test('in an outage it is kept, and what came meanwhile is the newer', async () => {
  const { record, written, said, world, ago } = open();
  world.failure = new Error('away');
  record('alice', ago(5));
  await soon(() => said.length).toBeGreaterThan(0);
  record('alice', ago(1));
  world.failure = undefined;
  await soon(() => written).toEqual([[['alice', ago(1)]]]);
});

test('what the database refuses is not tried for ever', async () => {
  const { record, written, said, world, ago } = open();
  world.failure = Object.assign(new Error('no such value'), { code: '22P02' });
  record('alice', ago(1));
  await soon(() => said).toEqual(['last_logins.away']);
  world.failure = undefined;
  record('bob', ago(1));
  await soon(() => written).toEqual([[['bob', ago(1)]]]);
});

test('at the end everything is written at once', async () => {
  const { record, close, written, ago } = open();
  record('alice', ago(1));
  await close();
  expect(written).toEqual([[['alice', ago(1)]]]);
});
