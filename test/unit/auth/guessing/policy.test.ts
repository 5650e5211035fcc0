import { expect, test } from 'vitest';
import { createCounters } from '../../../../src/auth/guessing/counters.ts';
import { createMemoryStore } from '../../../../src/auth/guessing/memory-store.ts';
import { createPolicy } from '../../../../src/auth/guessing/policy.ts';
import { hours, seconds } from '../../../../src/base/clock.ts';
import { createTestClock } from '../../../support/clock.ts';

const limits = {
  window: hours(1),
  free: 5,
  passwords: 20,
  knownPasswords: 100,
  users: 50,
  longestDelay: seconds(3),
  knownFor: hours(720),
  formerFor: hours(24),
};

function begin(isShadow = false) {
  const clock = createTestClock();
  const store = createMemoryStore({ now: () => clock.now() });
  const policy = createPolicy(
    createCounters({ store, clock, key: Buffer.alloc(32), allowed: [], limits }),
    isShadow,
  );
  const attempt = (passwordTag: string) => ({
    user: 'alice',
    ip: '203.0.113.7',
    protocol: 'imap',
    passwordTag,
    session: '',
  });
  return {
    judge: (tag = 'ffff') => policy.judge(attempt(tag)),
    async fail(times: number, why: string, wasRefused = false) {
      for (let n = 0; n < times; n += 1) {
        await policy.report(attempt(n.toString(16)), { kind: 'failed', why, wasRefused });
      }
    },
    succeed: () => policy.report(attempt('ffff'), { kind: 'ok', why: '', wasRefused: false }),
  };
}

test.each(['credentials', 'account', ''])('a failure for %o counts', async (why) => {
  const { judge, fail } = begin();
  await fail(7, why);
  expect(await judge()).toEqual({ kind: 'delay', seconds: 2 });
  await fail(20, why);
  expect(await judge()).toEqual({ kind: 'refuse', why: expect.stringContaining('Try again later') });
});

test.each(['internal', 'expired', 'disabled', 'policy'])('a failure for %o does not', async (why) => {
  const { judge, fail } = begin();
  await fail(50, why);
  expect(await judge()).toEqual({ kind: 'pass' });
});

test('our own refusal is no further failure, and a success forgives', async () => {
  const { judge, fail, succeed } = begin();
  await fail(50, 'credentials', true);
  expect(await judge()).toEqual({ kind: 'pass' });
  await fail(10, 'credentials');
  await succeed();
  expect(await judge('abcd')).toEqual({ kind: 'pass' });
});

test('in shadow everybody passes', async () => {
  const { judge, fail } = begin(true);
  await fail(50, 'credentials');
  expect(await judge()).toEqual({ kind: 'pass' });
});
