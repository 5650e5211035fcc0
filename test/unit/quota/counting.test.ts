import { expect, test } from 'vitest';
import { type Answer, absent, found, later } from '../../../src/base/answer.ts';
import type { Log } from '../../../src/base/log.ts';
import type { Counted } from '../../../src/net/doveadm.ts';
import { createCounting, uncounted } from '../../../src/quota/counting.ts';
import { createRecount } from '../../../src/quota/recount.ts';
import { createTestClock } from '../../support/clock.ts';

const holds = (messages: number): Answer<Counted> => found({ kibibytes: 1, messages });

/** A Dovecot that knows these mailboxes, and can be away or take its time. */
function dovecot(mailboxes: Record<string, Answer<Counted>>) {
  const world = {
    mailboxes,
    away: false,
    asked: [] as (readonly string[])[],
    slow: undefined as Promise<void> | undefined,
  };
  return {
    world,
    async count(logins: readonly string[]) {
      world.asked.push(logins);
      await world.slow;
      if (world.away) throw new Error('doveadm: connect ECONNREFUSED');
      return new Map(logins.map((login) => [login, world.mailboxes[login] ?? absent]));
    },
  };
}

function open(doveadms: ReturnType<typeof dovecot>[], { patience = 10_000 } = {}) {
  const corrected: [string, number][] = [];
  const said: string[] = [];
  const tell = (event: string) => void said.push(event);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  const world = { failure: undefined as Error | undefined };
  const clock = createTestClock();
  const counting = createCounting({
    doveadms,
    correct: async (counted) => {
      if (world.failure) throw world.failure;
      for (const [login, { messages }] of counted) corrected.push([login, messages]);
    },
    clock,
    log,
    goodFor: 100,
    patience,
  });
  return { ...counting, corrected, said, world, clock };
}

const soon = (look: () => unknown) => expect.poll(look, { interval: 5 });

test('questions that come together are one, and what Dovecot counts is written', async () => {
  const one = dovecot({ alice: holds(1), bob: holds(2) });
  const { count, corrected } = open([one]);
  const answers = await Promise.all(['alice', 'bob', 'alice', 'eve'].map((login) => count(login)));
  expect(answers).toEqual([holds(1), holds(2), holds(1), absent]);
  expect(one.world.asked).toEqual([['alice', 'bob', 'eve']]);
  expect(corrected).toEqual([
    ['alice', 1],
    ['bob', 2],
  ]);
});

test('an answer is good for a while, unless a newer one is wanted', async () => {
  const one = dovecot({ alice: holds(1) });
  const { count, clock } = open([one]);
  await count('alice');
  one.world.mailboxes.alice = holds(9);
  clock.advance(100);
  expect(await count('alice')).toEqual(holds(1));
  expect(await count('alice', clock.now())).toEqual(holds(9));
  one.world.mailboxes.alice = holds(10);
  clock.advance(101);
  expect(await count('alice')).toEqual(holds(10));
});

test('who wants a newer answer does not get one that is under way', async () => {
  const one = dovecot({ alice: holds(1) });
  const { count, clock } = open([one]);
  let goOn = (): void => undefined;
  one.world.slow = new Promise((resolve) => {
    goOn = resolve;
  });
  const first = count('alice');
  await soon(() => one.world.asked.length).toBe(1);
  const second = count('alice', clock.now() + 1);
  await soon(() => one.world.asked.length).toBe(2);
  one.world.mailboxes.alice = holds(2);
  goOn();
  await Promise.all([first, second]);
  expect(one.world.asked).toEqual([['alice'], ['alice']]);
});

test('whom one Dovecot does not know, or cannot count, the next is asked about', async () => {
  const one = dovecot({ alice: holds(1), carol: later('broken index') });
  const two = dovecot({ bob: holds(2), carol: holds(3) });
  const { count } = open([one, two]);
  const answers = await Promise.all(['alice', 'bob', 'carol', 'eve'].map((login) => count(login)));
  expect(answers).toEqual([holds(1), holds(2), holds(3), absent]);
  one.world.away = true;
  expect(await count('bob', Number.POSITIVE_INFINITY)).toEqual(holds(2));
});

test('a Dovecot that is away proves nothing, is told of once, and is asked again', async () => {
  const one = dovecot({ alice: holds(1) });
  const { count, said, clock } = open([one]);
  one.world.away = true;
  for (const _ of [1, 2, 3]) expect(await count('alice')).toMatchObject({ kind: 'later' });
  expect(said).toEqual(['quota.not_counted']);
  expect(one.world.asked).toHaveLength(1);
  one.world.away = false;
  clock.advance(1000);
  expect(await count('alice')).toEqual(holds(1));
  expect(said).toEqual(['quota.not_counted', 'quota.counted_again']);
});

test('nobody waits longer than his patience, and the answer is there for the next', async () => {
  const one = dovecot({ alice: holds(1) });
  const { count } = open([one], { patience: 1 });
  let goOn = (): void => undefined;
  one.world.slow = new Promise((resolve) => {
    goOn = resolve;
  });
  expect(await count('alice')).toMatchObject({ kind: 'later' });
  goOn();
  await soon(() => count('alice')).toEqual(holds(1));
});

test('what cannot be written is true all the same', async () => {
  const { count, said, world } = open([dovecot({ alice: holds(1) })]);
  world.failure = new Error('the database is away');
  expect(await count('alice')).toEqual(holds(1));
  await soon(() => said).toEqual(['quota.not_corrected']);
});

test('without a doveadm nothing is proven', async () =>
  expect(await uncounted.count('alice')).toMatchObject({ kind: 'later' }));

test('who reported in an unknown order is counted once, after a while, and again until it is done', async () => {
  const clock = createTestClock();
  const asked: [string, number | undefined][] = [];
  const world = { answer: later('away') as Answer<Counted> };
  const recount = createRecount({
    count: async (login, since) => {
      asked.push([login, since]);
      return world.answer;
    },
    clock,
    after: 20,
  });
  recount.unsure(['alice']);
  recount.unsure(['alice', 'bob']);
  expect(asked).toEqual([]);
  clock.advance(20);
  await soon(() => asked.map(([login]) => login)).toEqual(['alice', 'bob']);
  expect(asked.every(([, since]) => since === clock.now())).toBe(true);
  world.answer = holds(1);
  clock.advance(20);
  await soon(() => asked).toHaveLength(4);
  recount.unsure(['eve']);
  clock.advance(20);
  await soon(() => asked).toHaveLength(5);
  recount.close();
});
