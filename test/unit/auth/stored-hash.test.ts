import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PRICE } from '../../../src/auth/compare.ts';
import { createPasswordHash } from '../../../src/auth/password.ts';
import { argon2id } from '../../../src/auth/schemes/argon2id.ts';
import { schemes } from '../../../src/auth/schemes/index.ts';
import { parseStoredHash } from '../../../src/auth/stored-hash.ts';

const parametersOf = (text: string): string => text.split('$').slice(1, 4).join('$');

test('a new password is stored as ARGON2ID with 19 MiB, 2 passes and 1 lane', async () => {
  const stored = parseStoredHash(await createPasswordHash('secret'));
  if (stored.kind !== 'hash') throw new Error(stored.why);
  expect(stored.scheme).toBe(argon2id);
  expect(parametersOf(stored.text)).toBe('argon2id$v=19$m=19456,t=2,p=1');
});

test('the price of a refusal is a hash with the parameters of a new password', async () => {
  expect(parametersOf(PRICE.toString())).toBe(parametersOf(await createPasswordHash('secret')));
  expect(await argon2id.verify(Buffer.from('secret'), PRICE)).toBe('differs');
});

test('every scheme has a file, and its name once', async () => {
  const files = await readdir(new URL('../../../src/auth/schemes/', import.meta.url));
  for (const { name } of schemes) expect(files).toContain(`${name.toLowerCase()}.ts`);
  expect(new Set(schemes.map(({ name }) => name)).size).toBe(schemes.length);
});
