import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createPasswordHash, makerOf } from '../../../src/auth/password.ts';
import { argon2id } from '../../../src/auth/schemes/argon2id.ts';
import { cryptKindOf } from '../../../src/auth/schemes/crypt.ts';
import { schemes } from '../../../src/auth/schemes/index.ts';
import { parseStoredHash, unknownSchemes } from '../../../src/auth/stored-hash.ts';
import { weakness } from '../../../src/auth/weakness.ts';
import { settingsTable } from '../../../src/config/settings-table.ts';
import { hasLibcrypt, knownAnswers } from '../../contract/schemes-known-answers.ts';

const parametersOf = (text: string): string => text.split('$').slice(1, 4).join('$');

test('a new password is stored as ARGON2ID with 19 MiB, 2 passes and 1 lane', async () => {
  const stored = parseStoredHash(await createPasswordHash('secret'));
  if (stored.kind !== 'hash') throw new Error(stored.why);
  expect(stored.scheme).toBe(argon2id);
  expect(parametersOf(stored.text)).toBe('argon2id$v=19$m=19456,t=2,p=1');
});

test('every scheme has a file, and its name once', async () => {
  const files = await readdir(new URL('../../../src/auth/schemes/', import.meta.url));
  for (const { name } of schemes) expect(files).toContain(`${name.toLowerCase()}.ts`);
  expect(new Set(schemes.map(({ name }) => name)).size).toBe(schemes.length);
});

test('every scheme is in docs/hash-schemes.md, and is called weak there if it is', async () => {
  const page = await readFile(new URL('../../../docs/hash-schemes.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| [A-Z]/u.test(line));
  for (const { name, weak } of schemes) {
    const row = rows.find((line) => line.split(' | ')[0]?.slice(2).split(', ').includes(name));
    expect(row, name).toBeDefined();
    expect(/\| weak/u.test(row ?? ''), name).toBe(weak);
  }
});

test.each([
  [
    '{sha256.hex}9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
  ],
  [
    '{SHA256}9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
  ],
  ['{PLAIN-MD5}CY9rzUYh03PK3k6DJie09g==', '098f6bcd4621d373cade4e832627b4f6'],
  ['{PLAIN}{two words}', '{two words}'],
  ['{plain.b64}cMOkJA==', 'pä$'],
])('%s is kept as %s', (hash, text) => {
  expect(parseStoredHash(hash)).toMatchObject({ kind: 'hash', text });
});

test('what begins like a strong CRYPT text is one', () => {
  const begin = new RegExp(weakness.strongCrypt, 'u');
  const texts = knownAnswers
    .filter(({ hash }) => hash.startsWith('{CRYPT}'))
    .map(({ hash }) => hash.slice('{CRYPT}'.length));
  const kinds = new Set(texts.map((text) => cryptKindOf(Buffer.from(text))));
  expect(kinds.size).toBeGreaterThanOrEqual(hasLibcrypt ? 11 : 7);
  for (const text of texts) {
    expect(begin.test(text), text).toBe(cryptKindOf(Buffer.from(text))?.weak === false);
  }
});

test('the preferred scheme may be one of those that are made and not weak', () => {
  const { kind } = settingsTable.preferredHashScheme;
  for (const { name } of schemes) {
    const maker = makerOf(name);
    // What DOVETAIL_PREFERRED_HASH_SCHEME does not offer, --scheme does: SHA-1 is for old clients only.
    const isOffered = maker !== undefined && !maker.weak && name !== 'SCRAM-SHA-1';
    expect(kind.parse(name), name).toBe(isOffered ? name : undefined);
  }
});

test('the schemes that stay by default are schemes', () => {
  expect(unknownSchemes(settingsTable.keepHashSchemes.fallback as readonly string[])).toEqual([]);
});
