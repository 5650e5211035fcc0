import { expect, test, vi } from 'vitest';
import { createPseudorandom } from '../../../src/auth/pseudorandom.ts';
import { later } from '../../../src/base/answer.ts';
import { silent } from '../../../src/base/log.ts';

const secret = Buffer.alloc(32, 1);

test('the bytes of a name are the same wherever the secret is, and others for another name or secret', async () => {
  const of = (key: Buffer) => createPseudorandom({ readSecret: async () => key, log: silent });
  const ann = await of(secret)('ann');
  expect(ann).toMatchObject({ kind: 'found', value: expect.any(Buffer) });
  expect(await of(secret)('ann')).toEqual(ann);
  expect(await of(secret)('bob')).not.toEqual(ann);
  expect(await of(Buffer.alloc(32, 2))('ann')).not.toEqual(ann);
});

test('the secret is read once, for all who ask at once, and then is in memory', async () => {
  const readSecret = vi.fn(async () => secret);
  const pseudorandom = createPseudorandom({ readSecret, log: silent });
  const [one, other] = await Promise.all([pseudorandom('ann'), pseudorandom('ann')]);
  expect(other).toEqual(one);
  expect(pseudorandom('ann')).toEqual(one);
  expect(readSecret).toHaveBeenCalledTimes(1);
});

test('while it cannot be read it is later, and it is asked for again', async () => {
  const readSecret = vi.fn(async () => secret);
  readSecret.mockRejectedValueOnce(new Error('the database is away'));
  const pseudorandom = createPseudorandom({ readSecret, log: silent });
  expect(await pseudorandom('ann')).toEqual(later('the database is away'));
  expect(await pseudorandom('ann')).toMatchObject({ kind: 'found' });
});

test('where there is none it is later, and the log says so', async () => {
  const error = vi.fn();
  const pseudorandom = createPseudorandom({ readSecret: async () => undefined, log: { ...silent, error } });
  expect(await pseudorandom('ann')).toMatchObject({ kind: 'later' });
  expect(error).toHaveBeenCalledWith('salts.no_secret', expect.anything());
});
