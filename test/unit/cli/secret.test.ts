import { describe, expect, test } from 'vitest';
import { parseStoredHash } from '../../../src/auth/stored-hash.ts';
import { readSecret, type SecretOptions } from '../../../src/cli/secret.ts';
import { createTestWorld } from './world.ts';

const stdin: SecretOptions = { passwordStdin: true };
const hashIn: SecretOptions = { hashStdin: true };
const SSHA256 = `{ssha256}${Buffer.alloc(40, 7).toString('base64')}`;

const read = (options: SecretOptions, from: Parameters<typeof createTestWorld>[0]) =>
  readSecret(createTestWorld(from).world, 'cannot', options, ['alice']);

async function opens(hash: { scheme: string; text: string } | undefined, password: string): Promise<unknown> {
  const stored = parseStoredHash(`{${hash?.scheme}}${hash?.text}`);
  return stored.kind === 'hash' ? stored.scheme.verify(Buffer.from(password), stored.bytes) : stored;
}

test('a password from a pipe loses the line break of echo and nothing else', async () => {
  const secret = await read(stdin, { stdin: ' correct horse \r\n' });
  expect(await opens(secret?.hash, ' correct horse ')).toBe('match');
});

test('a password that is typed is typed twice', async () => {
  const secret = await read({}, { typed: ['correct horse', 'correct horse'] });
  expect(await opens(secret?.hash, 'correct horse')).toBe('match');
});

test('a generated password opens what was stored, and is another each time', async () => {
  const [one, two] = [await read({ generate: true }, {}), await read({ generate: true }, {})];
  expect(one?.shown).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
  expect(one?.shown).not.toBe(two?.shown);
  expect(await opens(one?.hash, one?.shown ?? '')).toBe('match');
});

test('a hash made elsewhere is kept in the form of the schema', async () => {
  const secret = await read(hashIn, { stdin: `${SSHA256}\n` });
  expect(secret?.hash).toEqual({ scheme: 'SSHA256', text: SSHA256.slice('{ssha256}'.length) });
});

test('--no-password is none', async () => {
  expect(await read({ password: false }, {})).toBeNull();
});

describe('is refused:', () => {
  test.each<[string, SecretOptions, Parameters<typeof createTestWorld>[0], number, RegExp]>([
    ['no terminal and no --password-stdin', {}, { stdin: 'correct horse' }, 2, /stdin is no terminal/],
    ['two ways at once', { passwordStdin: true, hashStdin: true }, {}, 2, /exclude each other/],
    ['two passwords that differ', {}, { typed: ['correct horse', 'correct house'] }, 1, /differ/],
    ['an empty password', stdin, { stdin: '\n' }, 1, /is empty/],
    ['a short password', stdin, { stdin: 'short' }, 1, /fewer than 8/],
    ['two lines', stdin, { stdin: 'correct horse\nbattery' }, 1, /line break/],
    ['the name', stdin, { stdin: 'alice' }, 1, /fewer than 8/],
    ['a hash without a scheme', hashIn, { stdin: '$2y$05$x' }, 1, /does not begin with \{SCHEME\}/],
    ['a hash of an unknown scheme', hashIn, { stdin: '{ROT13}cnffjbeq' }, 1, /the scheme is none of/],
    ['a hash that is none', hashIn, { stdin: '{SSHA256}c2VjcmV0' }, 1, /is no SSHA256 hash/],
  ])('%s', async (_, options, from, code, why) => {
    const failed = read(options, from);
    await expect(failed).rejects.toMatchObject({ failure: { why: expect.stringMatching(why) } });
    const { failure } = (await failed.catch((error: unknown) => error)) as { failure: { code?: number } };
    expect(failure.code ?? 1).toBe(code);
  });
});
