/** Many users of one network at once: no more of them are compared than may fail, and nobody is refused for being one of many. */

import { beforeEach, describe, expect, test } from 'vitest';
import { type Counters, createCounters } from '../../../../src/auth/guessing/counters.ts';
import { createDelays } from '../../../../src/auth/guessing/delays.ts';
import { guarded } from '../../../../src/auth/guessing/guarded.ts';
import type { Marks, Store } from '../../../../src/auth/guessing/marks.ts';
import { createMemoryStore } from '../../../../src/auth/guessing/memory-store.ts';
import type { Logins, Verified } from '../../../../src/auth/verify.ts';
import { later, type Soon } from '../../../../src/base/answer.ts';
import { Audience } from '../../../../src/base/audience.ts';
import { hours } from '../../../../src/base/clock.ts';
import { silent } from '../../../../src/base/log.ts';
import { createTestClock } from '../../../support/clock.ts';

const USERS = 5;
const office = '192.0.2.7';
const account = { user: '', home: '/', uid: 1, gid: 1, mail: '', quotaBytes: null, quotaMessages: null };
const mismatch: Verified = { kind: 'mismatch' };
const ok = (user: string): Verified => ({
  kind: 'ok',
  account: { ...account, user },
  token: { expiresAt: 0, scope: '' },
});

interface Comparison {
  readonly user: string;
  settle(verified: Verified): void;
  fail(error: Error): void;
}

let logins: Logins;
let counters: Counters;
/** Those that are compared now, in their order; the test says what comes of them. */
let compared: Comparison[];
let atMost: number;

/** As Redis: it answers later. */
const slow = ({ read, add, clear, close }: Store): Store => ({
  read: async (sets) => {
    await Promise.resolve();
    return (await read(sets)) as readonly Marks[];
  },
  add: async (mark) => void (await add(mark)),
  clear: async (set) => void (await clear(set)),
  close,
});

function begin(kind: 'memory' | 'Redis', isShadow = false): void {
  const clock = createTestClock();
  const memory = createMemoryStore({ now: () => clock.now() });
  const limits = {
    window: hours(1),
    free: 100,
    passwords: 100,
    knownPasswords: 100,
    users: USERS,
    longestDelay: 0,
    knownFor: hours(720),
    formerFor: hours(24),
  };
  const store = kind === 'memory' ? memory : slow(memory);
  counters = createCounters({ store, clock, key: Buffer.alloc(32, 7), allowed: [], limits });
  compared = [];
  atMost = 0;
  const verifying = {
    recall: () => undefined,
    verify: ({ user }: { user: string }): Soon<Verified> =>
      new Promise((resolve, reject) => {
        const leave = () => void compared.splice(compared.indexOf(one), 1);
        const one: Comparison = {
          user,
          settle: (verified) => [leave(), resolve(verified)],
          fail: (error) => [leave(), reject(error)],
        };
        compared.push(one);
        atMost = Math.max(atMost, compared.length);
      }),
  } as unknown as Parameters<typeof guarded>[0];
  logins = guarded(verifying, { counters, delays: createDelays(), isShadow, clock, log: silent });
}

const logIn = (user: string, more: { ip?: string; audience?: Audience } = {}) =>
  Promise.resolve(logins.verify({ user, password: `of ${user}`, protocol: 'imap', ip: office, ...more }));
const crowd = (count: number): string[] => Array.from({ length: count }, (_, n) => `user${n}@example.org`);
/** Until nothing moves any more by itself. */
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Says the same of each, until nobody is left. */
async function settleAll(verified: (user: string) => Verified): Promise<number> {
  let count = 0;
  for (await rest(); compared.length > 0; await rest()) {
    count += 1;
    compared[0]?.settle(verified(compared[0].user));
  }
  return count;
}

describe.each(['memory', 'Redis'] as const)('with marks in %s', (kind) => {
  beforeEach(() => begin(kind));

  test('of those who guess at once no more are compared than may be wrong, and the others are refused', async () => {
    const all = crowd(40).map((user) => logIn(user));
    expect(await settleAll(() => mismatch)).toBe(USERS);
    const outcomes = await Promise.all(all);
    expect(outcomes.filter((one) => 'because' in one && one.because === 'guessing')).toHaveLength(40 - USERS);
  });

  test('an office that comes back at once is let in, each in his turn', async () => {
    const all = crowd(40).map((user) => logIn(user));
    expect(await settleAll(ok)).toBe(40);
    expect((await Promise.all(all)).every(({ kind }) => kind === 'ok')).toBe(true);
    expect(atMost).toBe(USERS);
  });

  test('so it is when a few of it are wrong: fewer are compared at once, and all are', async () => {
    const isWrong = (user: string) => /user[1-4]@/u.test(user);
    const all = crowd(40).map((user) => logIn(user));
    expect(await settleAll((user) => (isWrong(user) ? mismatch : ok(user)))).toBe(40);
    const kinds = (await Promise.all(all)).map((one) => one.kind);
    expect(kinds.filter((kind) => kind === 'ok')).toHaveLength(36);
  });

  test('who is known there, is counted there already, or is elsewhere, waits for nobody', async () => {
    const known = logIn('known@example.org');
    await settleAll(ok);
    await known;
    const counted = logIn('counted@example.org');
    await settleAll(() => mismatch);
    await counted;
    const all = crowd(10).map((user) => logIn(user));
    await rest();
    expect(compared).toHaveLength(USERS - 1);
    const three = [
      logIn('known@example.org'),
      logIn('counted@example.org'),
      logIn('else@example.org', { ip: '198.51.100.7' }),
      logIn('user0@example.org'),
    ];
    await rest();
    expect(compared.map(({ user }) => user).slice(USERS - 1)).toEqual([
      'known@example.org',
      'counted@example.org',
      'else@example.org',
      'user0@example.org',
    ]);
    await settleAll(ok);
    await Promise.all([...all, ...three]);
  });

  test('what could not be found out, or went wrong, makes room for the next', async () => {
    const all = crowd(USERS * 3).map((user) => logIn(user).catch(() => 'failed'));
    await rest();
    for (const one of [...compared]) one.settle(later('away'));
    await rest();
    expect(compared).toHaveLength(USERS);
    for (const one of [...compared]) one.fail(new Error('a bug'));
    await rest();
    expect(compared).toHaveLength(USERS);
    await settleAll(ok);
    await Promise.all(all);
  });

  test('who hung up while he waited is not compared, and holds up nobody', async () => {
    const audience = new Audience();
    const all = crowd(USERS).map((user) => logIn(user));
    await rest();
    const gone = logIn('gone@example.org', { audience });
    const behind = logIn('behind@example.org');
    audience.leave();
    expect(await settleAll(ok)).toBe(USERS + 1);
    expect((await gone).kind).toBe('later');
    expect((await behind).kind).toBe('ok');
    await Promise.all(all);
  });
});

test('in shadow nobody waits', async () => {
  begin('memory', true);
  const all = crowd(40).map((user) => logIn(user));
  await rest();
  expect(compared).toHaveLength(40);
  await settleAll(ok);
  await Promise.all(all);
});
