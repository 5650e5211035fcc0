import { beforeEach, expect, test } from 'vitest';
import type { CredentialFacts } from '../../../../src/auth/facts.ts';
import { createCounters } from '../../../../src/auth/guessing/counters.ts';
import { createDelays } from '../../../../src/auth/guessing/delays.ts';
import { guarded } from '../../../../src/auth/guessing/guarded.ts';
import { createMemoryStore } from '../../../../src/auth/guessing/memory-store.ts';
import { createHashing } from '../../../../src/auth/hashing.ts';
import { createRemembered } from '../../../../src/auth/remember.ts';
import { createLogins, type Logins } from '../../../../src/auth/verify.ts';
import { later } from '../../../../src/base/answer.ts';
import { hours, minutes, seconds } from '../../../../src/base/clock.ts';
import { silent } from '../../../../src/base/log.ts';
import { memoryCache } from '../../../support/address-book.ts';
import { createTestClock, type TestClock } from '../../../support/clock.ts';

const ALICE = 'alice@example.org';
const [home, cafe] = ['192.0.2.7', '198.51.100.7'];

let clock: TestClock;
let logins: Logins;
let passwords: Map<string, readonly CredentialFacts[]>;
/** Questions to the store, and changes in it. */
let touched: number;

const credential = (hash: string): CredentialFacts => ({
  id: '1',
  hash,
  service: 'dovecot',
  label: '',
  mustChange: false,
  isExpired: false,
  isReplaced: false,
  isSuspended: false,
  restoredAt: null,
  networks: [],
  changedAt: '2026-01-01',
});

function counting() {
  const store = createMemoryStore({ now: () => clock.now() });
  touched = 0;
  return Object.fromEntries(
    Object.entries(store).map(([name, method]) => [
      name,
      (...words: unknown[]) => {
        touched += 1;
        return (method as (...words: unknown[]) => unknown)(...words);
      },
    ]),
  ) as unknown as typeof store;
}

beforeEach(() => {
  clock = createTestClock();
  passwords = new Map([[ALICE, [credential('{PLAIN}right')]]]);
  const account = { user: ALICE, home: '/', uid: 1, gid: 1, mail: '', quotaBytes: null, quotaMessages: null };
  const verifying = createLogins({
    logins: memoryCache(new Map([[ALICE, { username: ALICE, userId: '1', usable: true }]])),
    credentials: memoryCache(passwords),
    salts: memoryCache(new Map()),
    accounts: memoryCache(new Map([[ALICE, account]])),
    hashing: createHashing({ atOnce: 1, waiting: 100, memory: 64 * 2 ** 20 }),
    remembered: createRemembered({ key: Buffer.alloc(32), clock }),
    log: silent,
  });
  const limits = {
    window: hours(1),
    free: 100,
    passwords: 3,
    knownPasswords: 3,
    users: 50,
    longestDelay: 0,
    knownFor: hours(720),
    formerFor: 0,
  };
  const counters = createCounters({
    store: counting(),
    clock,
    key: Buffer.alloc(32, 7),
    allowed: [],
    limits,
  });
  const others = { verifyToken: async () => later('not asked'), decided: () => undefined };
  logins = guarded(
    { ...verifying, ...others },
    { counters, delays: createDelays(), isShadow: false, clock, log: silent },
  );
});

const verify = (password: string, ip: string) =>
  logins.verify({ user: ALICE, password, protocol: 'imap', ip });

test('a client that comes back is answered at once, and no store is touched', async () => {
  expect((await verify('right', home)).kind).toBe('ok');
  touched = 0;
  expect(verify('right', home)).toMatchObject({ kind: 'ok' });
  expect(touched).toBe(0);
});

test('the counters hear of it again after a minute', async () => {
  await verify('right', home);
  clock.advance(minutes(1) + seconds(1));
  touched = 0;
  await verify('right', home);
  expect(touched).toBeGreaterThan(0);
});

test('of the clients of a password those that came last are known without the counters', async () => {
  const clients = Array.from({ length: 33 }, (_, n) => `192.0.2.${n}`);
  for (const ip of clients) await verify('right', ip);
  touched = 0;
  for (const ip of clients.slice(1)) await verify('right', ip);
  expect(touched).toBe(0);
  // Of the first one they have heard this minute, and are only asked.
  expect((await verify('right', '192.0.2.0')).kind).toBe('ok');
});

test('a right password opens nothing for a network that is refused, though it is remembered', async () => {
  await verify('right', home);
  for (const guess of ['a', 'b', 'c']) await verify(guess, cafe);
  expect(await verify('right', cafe)).toEqual({ kind: 'mismatch', because: 'guessing' });
  expect((await verify('right', home)).kind).toBe('ok');
});

test('what is wrong beside a hash that cannot be verified for want of memory is a guess, though nobody is told that it is wrong', async () => {
  const large = '{ARGON2ID}$argon2id$v=19$m=1048576,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA';
  passwords.set(ALICE, [credential('{PLAIN}right'), { ...credential(large), id: '2' }]);
  for (const guess of ['a', 'b', 'c']) expect((await verify(guess, cafe)).kind).toBe('later');
  expect(await verify('right', cafe)).toEqual({ kind: 'mismatch', because: 'guessing' });
  expect((await verify('right', home)).kind).toBe('ok');
});

test('a password that was changed is looked at as any other', async () => {
  await verify('right', home);
  passwords.set(ALICE, [credential('{PLAIN}newer')]);
  expect((await verify('right', home)).kind).toBe('mismatch');
  touched = 0;
  expect((await verify('newer', home)).kind).toBe('ok');
  expect(touched).toBeGreaterThan(0);
});

test('of a user who is refused nothing can be proved, and his salt is the same as before', async () => {
  for (const guess of ['a', 'b', 'c']) await verify(guess, cafe);
  const asked = { user: ALICE, password: '', protocol: 'imap', ip: cafe };
  expect(await logins.credential(asked, 'PLAIN')).toEqual({
    kind: 'unknown',
    because: 'guessing',
    hash: '{PLAIN}right',
  });
});

test('as many proofs can be begun at once as there may be wrong ones, and the end of a refused one lets no other begin', async () => {
  const asked = { user: ALICE, password: '', protocol: 'imap', ip: cafe, isExchange: true } as const;
  const begin = async () => {
    const handed = await logins.credential(asked, 'PLAIN');
    return handed.kind === 'ok' ? 'begun' : 'because' in handed ? handed.because : handed.kind;
  };
  const all = await Promise.all(Array.from({ length: 5 }, begin));
  expect(all).toEqual(['begun', 'begun', 'begun', 'guessing', 'guessing']);
  for (let n = 0; n < 3; n += 1) logins.decided(asked, { kind: 'mismatch', because: 'guessing' });
  expect(await begin()).toBe('guessing');
  expect((await logins.credential({ ...asked, ip: home }, 'PLAIN')).kind).toBe('ok');
  logins.decided(asked, { kind: 'disabled', because: 'expired' });
  expect(await begin()).toBe('begun');
});

test('who has proved himself is found however many are under way, and nobody is asked about him', async () => {
  const asked = { user: ALICE, password: '', protocol: 'imap', ip: cafe } as const;
  const begin = () => logins.credential({ ...asked, isExchange: true }, 'PLAIN');
  await Promise.all([begin(), begin(), begin()]);
  const before = touched;
  expect((await logins.credential({ ...asked, isProven: true }, 'PLAIN')).kind).toBe('ok');
  expect(touched).toBe(before);
});

test('a hash for a mail server that compares by itself counts nothing: its end is not told', async () => {
  const asked = { user: ALICE, password: '', protocol: 'imap', ip: cafe };
  for (let n = 0; n < 10; n += 1) expect((await logins.credential(asked, 'PLAIN')).kind).toBe('ok');
});
