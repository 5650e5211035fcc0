/** What a login does to the hash that it was verified with. */

import { describe, expect, test, vi } from 'vitest';
import type { CredentialFacts } from '../../../src/auth/facts.ts';
import { createHashing } from '../../../src/auth/hashing.ts';
import { makerOf } from '../../../src/auth/password.ts';
import { createRehash, type Replacement } from '../../../src/auth/rehash.ts';
import { parseStoredHash } from '../../../src/auth/stored-hash.ts';
import { later } from '../../../src/base/answer.ts';
import { silent } from '../../../src/base/log.ts';
import { knownAnswers } from '../../contract/schemes-known-answers.ts';

const KEPT = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'HMAC-MD5', 'DIGEST-MD5'];
const MD5_CRYPT = '{MD5-CRYPT}$1$Eqkh84i1$J0CeZmxYSwsdhjqFjrOcJ0';

interface Scene {
  preferred?: string;
  keep?: readonly string[];
  hashing?: Parameters<typeof createRehash>[0]['hashing'];
  replace?: (replacement: Replacement) => Promise<boolean>;
  log?: typeof silent;
}

function scene({ preferred = 'ARGON2ID', keep = KEPT, hashing, replace, log = silent }: Scene = {}) {
  const replaced: Replacement[] = [];
  const maker = makerOf(preferred);
  if (!maker) throw new Error(preferred);
  const rehash = createRehash({
    preferred: maker,
    keep,
    hashing: hashing ?? createHashing({ atOnce: 2, waiting: 0 }),
    replace:
      replace ??
      (async (replacement) => {
        replaced.push(replacement);
        return true;
      }),
    log,
  });
  const match = (hash: string, password: string, more: Partial<CredentialFacts> = {}): void => {
    const stored = parseStoredHash(hash);
    if (stored.kind !== 'hash') throw new Error(stored.why);
    const credential = {
      id: '7',
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
      ...more,
    };
    rehash({ credential, scheme: stored.scheme, bytes: stored.bytes, password: Buffer.from(password) });
  };
  return { match, replaced };
}

const soon = (look: () => unknown) => expect.poll(look);
/** Long enough for whatever might have begun. */
const calm = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('a password that was right', () => {
  test.each(['ARGON2ID', 'BLF-CRYPT', 'SHA512-CRYPT', 'SCRAM-SHA-256'])(
    'under another scheme is stored as %s, where it is right too',
    async (preferred) => {
      const { match, replaced } = scene({ preferred });
      match(MD5_CRYPT, 'test');
      await soon(() => replaced.length).toBe(1);
      const [{ id, known, scheme, text }] = replaced as [Replacement];
      expect({ id, known, scheme }).toEqual({ id: '7', known: MD5_CRYPT, scheme: preferred });
      const stored = parseStoredHash(`{${scheme}}${text}`);
      expect(stored.kind === 'hash' && (await stored.scheme.verify(Buffer.from('test'), stored.bytes))).toBe(
        'match',
      );
    },
  );

  const others = ['PLAIN', 'CRYPT', 'SSHA512', 'DES-CRYPT', 'BCRYPT-SHA256', 'SCRYPT', 'OTP', 'NTLM'];
  test.each(others)('under %s is not left there', async (name) => {
    const known = knownAnswers.find(
      ({ hash, password }) => hash.startsWith(`{${name}}`) && password === 'test',
    );
    const { match, replaced } = scene();
    match(known?.hash ?? '', 'test');
    await soon(() => replaced.length).toBe(1);
  });

  test.each([...KEPT, 'ARGON2ID'])('under %s stays', async (name) => {
    const known = knownAnswers.find(
      ({ hash, password }) => hash.startsWith(`{${name}}`) && password === 'test',
    );
    const { match, replaced } = scene();
    match(known?.hash ?? '', 'test');
    await calm();
    expect(replaced).toEqual([]);
  });

  test.each([
    ['does not tell what it is under DES-CRYPT', '{DES-CRYPT}MMfkGoL.f72pI', '0123456789', {}],
    ['does not tell its letter case under LANMAN', '{LANMAN}01fc5a6be7bc6929aad3b435b51404ee', 'test', {}],
    ['goes on behind a PLAIN-TRUNC', '{PLAIN-TRUNC}4-test', 'tester', {}],
    ['is longer than a new one may be', `{PLAIN}${'x'.repeat(257)}`, 'x'.repeat(257), {}],
    ['must be changed first', MD5_CRYPT, 'test', { mustChange: true }],
  ])('and %s keeps its hash', async (_, hash, password, more) => {
    const { match, replaced } = scene();
    match(hash, password, more);
    await calm();
    expect(replaced).toEqual([]);
  });

  test('is not cut to the 72 bytes that BLF-CRYPT looks at', async () => {
    const { match, replaced } = scene({ preferred: 'BLF-CRYPT' });
    match(`{PLAIN}${'x'.repeat(73)}`, 'x'.repeat(73));
    await calm();
    expect(replaced).toEqual([]);
  });

  test('by twenty connections at once is hashed once', async () => {
    const { match, replaced } = scene();
    for (let n = 0; n < 20; n += 1) match(MD5_CRYPT, 'test');
    await soon(() => replaced.length).toBe(1);
    await calm();
    expect(replaced).toHaveLength(1);
  });
});

describe('what goes wrong is logged, and tried again at a later login:', () => {
  test('a database that takes no changes', async () => {
    const warn = vi.fn();
    const info = vi.fn();
    let readOnly = true;
    const replace = async () => {
      if (readOnly) throw new Error('cannot execute UPDATE in a read-only transaction');
      return true;
    };
    const { match } = scene({ replace, log: { ...silent, warn, info } });
    match(MD5_CRYPT, 'test');
    await soon(() => warn.mock.calls).toEqual([
      ['rehash.skipped', { credential: '7', why: 'cannot execute UPDATE in a read-only transaction' }],
    ]);
    readOnly = false;
    await calm();
    match(MD5_CRYPT, 'test');
    await soon(() => info.mock.calls).toEqual([
      ['rehash.done', { credential: '7', from: 'MD5-CRYPT', to: 'ARGON2ID' }],
    ]);
  });

  test('a queue without room', async () => {
    const warn = vi.fn();
    const hashing = { runIdle: async () => later('too many hashes wait') };
    const { match, replaced } = scene({ hashing, log: { ...silent, warn } });
    match(MD5_CRYPT, 'test');
    await soon(() => warn.mock.calls.length).toBe(1);
    expect(replaced).toEqual([]);
  });
});
