import { expect, test } from 'vitest';
import { createSharedKey, keyOfSecret } from '../../../../src/auth/guessing/shared-key.ts';
import { silent } from '../../../../src/base/log.ts';

const secret = Buffer.alloc(32, 3);

test('is that of the database once it was read, and is not asked for again', async () => {
  let asked = 0;
  const key = createSharedKey({
    readSecret: async () => {
      asked += 1;
      return secret;
    },
    log: silent,
  });
  key();
  await expect.poll(key).toEqual(keyOfSecret(secret));
  key();
  expect(asked).toBe(1);
});

test('is one that nobody knows while the database is away, the same all the time, and read again', async () => {
  let isAway = true;
  const parts = {
    readSecret: async () => (isAway ? Promise.reject(new Error('away')) : secret),
    log: silent,
  };
  const [one, other] = [createSharedKey(parts), createSharedKey(parts)];
  const first = one();
  await new Promise((resolve) => setImmediate(resolve));
  expect(one()).toEqual(first);
  expect(other()).not.toEqual(first);
  isAway = false;
  await expect.poll(one).toEqual(keyOfSecret(secret));
});

test('is none that a missing row makes', async () => {
  const key = createSharedKey({ readSecret: async () => undefined, log: silent });
  const first = key();
  await new Promise((resolve) => setImmediate(resolve));
  expect(key()).toEqual(first);
});
