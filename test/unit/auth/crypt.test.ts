import { describe, expect, test } from 'vitest';
import { openLibcrypt } from '../../../src/auth/crypt/libcrypt.ts';
import { openWorkers } from '../../../src/auth/crypt/workers.ts';
import { knownAnswers } from '../../contract/schemes-known-answers.ts';

const made = knownAnswers
  .filter(({ hash }) => /^\{(?:[\w-]+-CRYPT|CRYPT|YESCRYPT)\}/.test(hash))
  .map(({ hash, password }) => ({ text: hash.slice(hash.indexOf('}') + 1), password }));

/** Nobody has written these in JavaScript. */
const ONLY_SYSTEM = /^\$(?:y|gy|7|md5.*|3)\$/;

const backends = { libcrypt: openLibcrypt, workers: async () => openWorkers() };

describe.each(Object.entries(backends))('%s', (name, open) => {
  test('makes the texts that others made', async ({ skip }) => {
    const crypt = await open();
    if (!crypt) return skip('this system has no libcrypt.so with crypt_rn');
    for (const { text, password } of made) {
      const isUnknown = name === 'workers' && ONLY_SYSTEM.test(text);
      expect(await crypt(Buffer.from(password), text)).toBe(isUnknown ? undefined : text);
    }
  });

  test('refuses a setting that is none', async ({ skip }) => {
    const crypt = await open();
    if (!crypt) return skip('this system has no libcrypt.so with crypt_rn');
    expect(await crypt(Buffer.from('test'), '*0')).toBeUndefined();
  });

  test('answers many at once, each with its own', async ({ skip }) => {
    const crypt = await open();
    if (!crypt) return skip('this system has no libcrypt.so with crypt_rn');
    const texts = await Promise.all(
      Array.from({ length: 20 }, (_unused, n) =>
        crypt(Buffer.from(`${n}`), '$2y$04$vaGSBNkE774RzUD0xKwXD.'.padEnd(60, '.')),
      ),
    );
    expect(new Set(texts).size).toBe(20);
  });
});

test('JavaScript does not compare a password that is no UTF-8', async () => {
  expect(await openWorkers()(Buffer.from([0xff]), made[0]?.text ?? '')).toBeUndefined();
});
