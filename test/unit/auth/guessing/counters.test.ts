import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Counters, createCounters, type Result } from '../../../../src/auth/guessing/counters.ts';
import type { Limits } from '../../../../src/auth/guessing/limits.ts';
import { createMemoryStore } from '../../../../src/auth/guessing/memory-store.ts';
import { hours, minutes, seconds } from '../../../../src/base/clock.ts';
import { createTestClock, type TestClock } from '../../../support/clock.ts';

const limits: Limits = {
  window: hours(1),
  free: 5,
  passwords: 20,
  knownPasswords: 100,
  users: 50,
  longestDelay: seconds(3),
  knownFor: hours(720),
  formerFor: hours(24),
};
const alice = 'alice@example.org';
const [home, cafe, botnet] = ['192.0.2.7', '198.51.100.7', '203.0.113.7'];

let clock: TestClock;
let counters: Counters;
let bursts: string[];

const begin = (): void => {
  clock = createTestClock();
  bursts = [];
  counters = createCounters({
    store: createMemoryStore({ now: () => clock.now() }),
    clock,
    key: Buffer.alloc(32, 7),
    allowed: ['127.0.0.0/8'],
    limits,
    onBurst: (user) => bursts.push(user),
  });
};
beforeEach(begin);

/** One whole attempt, as a door makes it. */
async function attempt(ip: string | undefined, password: string, result: Result, user = alice) {
  const verdict = await counters.judge({ user, ip, password });
  if (verdict.kind !== 'refuse') await counters.report({ user, ip, password }, result);
  return verdict;
}

async function guess(ip: string | undefined, times: number, user = alice, from = 0) {
  let last = await counters.judge({ user, ip, password: 'first' });
  await counters.report({ user, ip, password: 'first' }, 'undecided');
  for (let n = from; n < from + times; n += 1) last = await attempt(ip, `wrong ${n}`, 'wrong', user);
  return last;
}

const verdictFor = async (ip: string, password = 'another', user = alice) => {
  const verdict = await counters.judge({ user, ip, password });
  await counters.report({ user, ip, password }, 'undecided');
  return verdict;
};

test('delays grow with each different wrong password, and then the network is refused for this user', async () => {
  const verdicts = [];
  for (let n = 0; n < 22; n += 1) verdicts.push(await attempt(botnet, `wrong ${n}`, 'wrong'));
  expect(verdicts.map((one) => (one.kind === 'delay' ? one.seconds : one.kind))).toEqual([
    ...Array(5).fill('pass'),
    ...[0.5, 1, 2],
    ...Array(12).fill(3),
    ...['refuse', 'refuse'],
  ]);
});

test('who is refused from one network is served from all others', async () => {
  await guess(botnet, 30);
  expect(await verdictFor('203.0.113.200')).toEqual({ kind: 'refuse', why: 'passwords' });
  expect(await verdictFor(cafe)).toEqual({ kind: 'pass' });
  expect(await verdictFor(botnet, 'x', 'bob@example.org')).toEqual({ kind: 'pass' });
});

test('IPv6 is counted by /48, which a tunnel gives to anybody, and IPv4 in IPv6 is IPv4', async () => {
  for (let n = 0; n < 30; n += 1) await attempt(`2001:db8:0:${n.toString(16)}00::1`, `wrong ${n}`, 'wrong');
  expect((await verdictFor('2001:db8:0:ffff::9')).kind).toBe('refuse');
  expect((await verdictFor('2001:db8:1::9')).kind).toBe('pass');
  await guess('::ffff:203.0.113.5', 30);
  expect((await verdictFor(botnet)).kind).toBe('refuse');
});

test('the same wrong password a thousand times is one', async () => {
  for (let n = 0; n < 1000; n += 1) await attempt(home, 'the old one', 'wrong');
  expect((await verdictFor(home)).kind).toBe('pass');
  expect(await counters.explain({ user: alice, ip: home })).toMatchObject({ passwords: 1 });
});

test('letter case of the name is no way around', async () => {
  await guess(botnet, 30, 'Alice@Example.org');
  expect((await verdictFor(botnet)).kind).toBe('refuse');
});

test('the password that was right until recently does not count as wrong', async () => {
  for (let n = 0; n < 12; n += 1) {
    await attempt(home, `app password ${n}`, 'right');
    await attempt(cafe, `app password ${n}`, 'wrong');
  }
  expect(await counters.explain({ user: alice, ip: cafe })).toMatchObject({ passwords: 0 });
  clock.advance(hours(25));
  await attempt(cafe, 'app password 1', 'wrong');
  expect(await counters.explain({ user: alice, ip: cafe })).toMatchObject({ passwords: 1 });
});

test('a success forgives this user from this network, and nothing else', async () => {
  await guess(home, 10);
  await guess(cafe, 10);
  await attempt(home, 'secret', 'right');
  expect(await counters.explain({ user: alice, ip: home })).toMatchObject({ passwords: 0, isKnown: true });
  expect(await counters.explain({ user: alice, ip: cafe })).toMatchObject({ passwords: 10, isKnown: false });
});

test('a known network has higher limits, for as long as it is known', async () => {
  await attempt(home, 'secret', 'right');
  clock.advance(hours(1));
  expect((await guess(home, 20)).kind).toBe('pass');
  expect((await guess(home, 79, alice, 20)).kind).toBe('delay');
  expect((await guess(home, 2, alice, 99)).kind).toBe('refuse');
  clock.advance(hours(721));
  expect((await guess(home, 25)).kind).toBe('refuse');
});

test('the next connections of a mail program are let through whatever its neighbours do', async () => {
  await attempt(home, 'secret', 'right');
  await guess(home, 120);
  expect((await verdictFor(home, 'secret')).kind).toBe('pass');
});

test('a network that tries many users is refused for those who are new to it', async () => {
  await attempt(cafe, 'secret', 'right');
  for (let n = 0; n < 60; n += 1) await attempt(cafe, 'Summer2026', 'wrong-nobody', `user${n}@example.org`);
  expect(await verdictFor(cafe, 'x', 'bob@example.org')).toEqual({ kind: 'refuse', why: 'users' });
  expect(await verdictFor(cafe, 'x')).toEqual({ kind: 'pass' });
});

test('an attempt without an address, or from a network let through, is not counted', async () => {
  for (const ip of [undefined, '', 'localhost', '127.0.0.1']) {
    expect((await guess(ip, 60)).kind).toBe('pass');
    expect(await counters.explain({ user: alice, ip })).toBeUndefined();
  }
});

test('guesses made at once are counted before the first of them is decided', async () => {
  const verdicts = await Promise.all(
    Array.from({ length: 100 }, async (_, n) =>
      counters.judge({ user: alice, ip: botnet, password: `wrong ${n}` }),
    ),
  );
  expect(verdicts.filter(({ kind }) => kind !== 'refuse')).toHaveLength(20);
  clock.advance(minutes(1));
  expect((await verdictFor(botnet)).kind).toBe('pass');
});

describe('where the door sees no password', () => {
  const exchange = { user: alice, ip: botnet, password: '', isExchange: true } as const;
  const begun = async (times: number) => {
    const verdicts = await Promise.all(Array.from({ length: times }, async () => counters.judge(exchange)));
    return verdicts.map(({ kind }) => kind);
  };

  test('exchanges under way at once are no more than the limit, and nobody waits for those of others', async () => {
    const kinds = await begun(100);
    expect(kinds.filter((kind) => kind === 'pass')).toHaveLength(20);
    expect(kinds.filter((kind) => kind === 'refuse')).toHaveLength(80);
  });

  test('each that ends makes room, if it was no wrong guess', async () => {
    await begun(20);
    await counters.report(exchange, 'undecided');
    expect(await begun(2)).toEqual(['pass', 'refuse']);
    await counters.report(exchange, 'wrong');
    expect(await begun(1)).toEqual(['refuse']);
  });

  test('one that is never ended makes room after half a minute', async () => {
    await begun(20);
    clock.advance(seconds(31));
    expect(await begun(1)).toEqual(['pass']);
  });
});

test('what nobody could find out does not count', async () => {
  for (let n = 0; n < 50; n += 1) await attempt(home, `password ${n}`, 'undecided');
  expect((await verdictFor(home)).kind).toBe('pass');
});

test('who is refused is let in again after the window, though he kept trying', async () => {
  for (let n = 0; n < 200; n += 1) {
    await attempt(botnet, `wrong ${n}`, 'wrong');
    if (n > 20) clock.advance(minutes(1));
  }
  clock.advance(hours(1));
  expect((await verdictFor(botnet)).kind).toBe('pass');
});

describe('a clock that was set back by a day', () => {
  let ahead: number;
  beforeEach(() => {
    ahead = hours(24);
    const wrong = { now: () => clock.now(), date: () => new Date(clock.now() + ahead) };
    const store = createMemoryStore({ now: wrong.now });
    counters = createCounters({ store, clock: wrong, key: Buffer.alloc(32, 7), allowed: [], limits });
  });

  test('keeps nobody refused for longer than the window', async () => {
    await guess(botnet, 20);
    ahead = 0;
    expect((await verdictFor(botnet)).kind).toBe('refuse');
    clock.advance(hours(1));
    expect((await verdictFor(botnet)).kind).toBe('pass');
  });

  test('lets nobody guess more than before', async () => {
    await attempt(botnet, 'wrong', 'wrong');
    ahead = 0;
    expect((await guess(botnet, 19)).kind).toBe('delay');
    expect((await verdictFor(botnet)).kind).toBe('refuse');
  });

  test('holds no place for an attempt whose end was never told', async () => {
    for (let n = 0; n < 20; n += 1) await counters.judge({ user: alice, ip: home, password: `wrong ${n}` });
    ahead = 0;
    expect((await verdictFor(home)).kind).toBe('refuse');
    clock.advance(minutes(1));
    expect((await verdictFor(home)).kind).toBe('pass');
  });
});

test('a burst is told once an hour and user, from however many networks it comes', async () => {
  for (let n = 0; n < 200; n += 1) await attempt(`10.0.${n}.1`, `wrong ${n}`, 'wrong');
  expect(bursts).toEqual([alice]);
  clock.advance(hours(2));
  for (let n = 0; n < 200; n += 1) await attempt(`10.0.${n}.1`, `wrong ${n}`, 'wrong');
  expect(bursts).toEqual([alice, alice]);
});

test('nobody hears of a burst against a name that nobody has', async () => {
  for (let n = 0; n < 200; n += 1) await attempt(`10.0.${n}.1`, `wrong ${n}`, 'wrong-nobody');
  expect(bursts).toEqual([]);
});

describe('whatever strangers do', () => {
  // Three users, so that attacks meet; an attacker has every address but those of the owner's network.
  const step = fc.record({
    ip: fc.constantFrom(cafe, botnet, '10.1.1.1', '2001:db8::1', '192.0.3.7'),
    user: fc.constantFrom(alice, 'bob@example.org', 'carol@example.org'),
    password: fc.integer({ min: 0, max: 400 }).map((n) => `guess ${n}`),
    result: fc.constantFrom<Result>('wrong', 'wrong', 'wrong', 'wrong-nobody', 'undecided'),
    pause: fc.constantFrom(0, 0, 0, minutes(5), hours(30)),
  });

  test('the owner is never refused or delayed in a network where he has logged in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 300 }), fc.boolean(), async (steps, fresh) => {
        begin();
        await attempt(home, 'secret', 'right');
        for (const { ip, user, password, result, pause } of steps) {
          clock.advance(pause);
          await attempt(ip, password, result, user);
          expect(await verdictFor(home, fresh ? 'a new one' : 'secret')).toEqual({ kind: 'pass' });
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('a million users and networks take bounded memory, and push out no network that is known', async () => {
  const maxMarks = 20_000;
  const store = createMemoryStore({ now: () => clock.now(), maxMarks });
  counters = createCounters({ store, clock, key: Buffer.alloc(32), allowed: [], limits });
  await attempt(home, 'secret', 'right');
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 1_000_000; n += 1) {
    const at = { kind: 'wrong', id: `${n}` } as const;
    void store.add({ set: at, mark: 'm', at: 1000, keepFor: hours(1), most: 100, again: 'keep' });
  }
  for (let n = 0; n < 20_000; n += 1) {
    const ip = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    await attempt(ip, 'wrong', 'wrong', `user${n}@example.org`);
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  expect(await counters.explain({ user: alice, ip: home })).toMatchObject({ isKnown: true });
});
