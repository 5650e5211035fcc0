import { expect, test, vi } from 'vitest';
import type { Counters } from '../../../../src/auth/guessing/counters.ts';
import { createSharedKey, keyOfSecret, underSharedKey } from '../../../../src/auth/guessing/shared-key.ts';
import { silent } from '../../../../src/base/log.ts';

const secret = Buffer.alloc(32, 3);

test('is that of the database once it was read, and is not asked for again', async () => {
  const readSecret = vi.fn(async () => secret);
  const key = createSharedKey({ readSecret, log: silent });
  await Promise.all([key.read(), key.read()]);
  expect(key.current()).toEqual(keyOfSecret(secret));
  expect(key.read()).toBe(undefined);
  expect(readSecret).toHaveBeenCalledTimes(1);
});

test('is one that nobody knows while the database is away, the same all the time, and read again', async () => {
  let isAway = true;
  const parts = {
    readSecret: async () => (isAway ? Promise.reject(new Error('away')) : secret),
    log: silent,
  };
  const [one, other] = [createSharedKey(parts), createSharedKey(parts)];
  const first = one.current();
  await one.read();
  expect(one.current()).toEqual(first);
  expect(other.current()).not.toEqual(first);
  isAway = false;
  await one.read();
  expect(one.current()).toEqual(keyOfSecret(secret));
});

test('is none that a missing row makes', async () => {
  const key = createSharedKey({ readSecret: async () => undefined, log: silent });
  const first = key.current();
  await key.read();
  expect(key.current()).toEqual(first);
});

test('no attempt is judged before it was read, or could not be', async () => {
  const key = createSharedKey({ readSecret: async () => secret, log: silent });
  const judged: Buffer[] = [];
  const judge = () => {
    judged.push(key.current());
    return { kind: 'pass' } as const;
  };
  const counters = underSharedKey({ judge } as unknown as Counters, key);
  const attempt = { user: 'alice', ip: '192.0.2.7', password: 'secret' };
  await counters.judge(attempt);
  expect(counters.judge(attempt)).toEqual({ kind: 'pass' });
  expect(judged).toEqual([keyOfSecret(secret), keyOfSecret(secret)]);
});
