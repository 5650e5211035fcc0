import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemes } from '../../src/auth/schemes/index.ts';
import type { Scheme, Verdict } from '../../src/auth/schemes/scheme.ts';
import { parseStoredHash } from '../../src/auth/stored-hash.ts';
import { knownAnswers, PASSWORDS } from './schemes-known-answers.ts';

const verify = async (hash: string, password: string | Buffer): Promise<Verdict> => {
  const stored = parseStoredHash(hash);
  return stored.kind === 'hash'
    ? stored.scheme.verify(Buffer.from(password as string), stored.bytes)
    : 'malformed';
};

const oneOf = (scheme: Scheme): string => {
  const known = knownAnswers.find(({ hash }) => hash.startsWith(`{${scheme.name}}`));
  if (!known) throw new Error(`no known answer for ${scheme.name}`);
  return known.hash;
};

describe('hashes that others made', () => {
  test.each(knownAnswers)('verify: $hash, made by $madeBy', async ({ hash, password }) => {
    expect(await verify(hash, password)).toBe('match');
    expect(await verify(hash, `${password}x`)).toBe('differs');
  });
});

describe.each(schemes)('$name', (scheme) => {
  const hash = oneOf(scheme);

  test('refuses another password, an empty one, and the right one with another letter case', async () => {
    for (const wrong of ['', 'Test', ' test', 'tes', 'testt', PASSWORDS['70 characters']]) {
      expect(await verify(hash, wrong)).toBe('differs');
    }
  });

  test('does not end a password at a NUL byte', async () => {
    expect(await verify(hash, 'test\0')).toBe('differs');
    expect(await verify(hash, 'test\0more')).toBe('differs');
    expect(await verify(hash, '\0')).toBe('differs');
  });

  test('compares bytes that are no UTF-8', async () => {
    expect(await verify(hash, Buffer.from([0x74, 0xe9, 0xff]))).toBe('differs');
  });

  test('answers a password of a megabyte', async () => {
    expect(await verify(hash, 'test'.repeat(2 ** 18))).toBe('differs');
  });

  test('has a name in any letter case', async () => {
    const [name, text] = hash.split('}') as [string, string];
    expect(await verify(`${name.toLowerCase()}}${text}`, 'test')).toBe('match');
  });

  test('keeps its text when it is read and written again', () => {
    expect(parseStoredHash(hash)).toMatchObject({ kind: 'hash', text: hash.slice(hash.indexOf('}') + 1) });
  });

  test('is read from .HEX, .B64 and .BASE64 and written in its own form', async () => {
    const stored = parseStoredHash(hash);
    if (stored.kind !== 'hash') throw new Error(stored.why);
    for (const [suffix, encoding] of [
      ['HEX', 'hex'],
      ['b64', 'base64'],
      ['Base64', 'base64'],
    ] as const) {
      const suffixed = `{${scheme.name}.${suffix}}${stored.bytes.toString(encoding)}`;
      expect(await verify(suffixed, 'test')).toBe('match');
      expect(parseStoredHash(suffixed)).toMatchObject({ kind: 'hash', text: stored.text });
    }
  });

  test('is verified, or refused, by doveadm as by us', async ({ skip }) => {
    if (spawnSync('doveadm', ['pw', '-l']).status !== 0)
      skip('doveadm is not installed: apt install dovecot-core');
    for (const password of Object.values(PASSWORDS)) {
      const made = execFileSync('doveadm', ['pw', '-s', scheme.name, '-p', password], {
        encoding: 'utf8',
      }).trim();
      expect(await verify(made, password)).toBe('match');
      expect(await verify(made, `${password} `)).toBe('differs');
    }
  });

  test('never throws at a stored text that was damaged, and never takes it for a match', async () => {
    const { bytes } = parseStoredHash(hash) as { bytes: Buffer };
    const damage = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      removed: fc.nat({ max: 8 }),
      added: fc.uint8Array({ maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, removed, added }) => {
        const damaged = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
        fc.pre(!damaged.equals(bytes));
        // A cost of minutes is well formed for some damage: only the shape is of interest here.
        fc.pre(!scheme.costly || at >= 30 || !scheme.isWellFormed(damaged));
        expect(['differs', 'malformed']).toContain(await scheme.verify(Buffer.from('test'), damaged));
      }),
      { numRuns: 200 },
    );
  });

  test('refuses any bytes as malformed or different, without throwing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(['differs', 'malformed']).toContain(
          await scheme.verify(Buffer.from('test'), Buffer.from(bytes)),
        );
      }),
    );
  });
});

const makers = schemes.filter((scheme) => scheme.hash);

describe.each(makers)('$name makes hashes', (scheme) => {
  test('that it verifies, of any password', async () => {
    for (const password of ['', 'test', 'a\0b', ...Object.values(PASSWORDS)]) {
      const text = await scheme.hash?.(Buffer.from(password));
      expect(await verify(`{${scheme.name}}${text}`, password)).toBe('match');
      expect(await verify(`{${scheme.name}}${text}`, `${password}x`)).toBe('differs');
    }
  });

  test('with a salt of their own', async () => {
    const password = Buffer.from('test');
    expect(await scheme.hash?.(password)).not.toBe(await scheme.hash?.(password));
  });
});

describe('malformed stored hashes', () => {
  const argon =
    '$argon2id$v=19$m=19456,t=2,p=1$rq+4j/Dv2jewtHcJYZPBKA$Y9r511BrcWLW4yaRjYjsF6pPE5RGkrpbgRCk8dh+Zg0';
  const bcrypt = 'abcdefghijklmnopqrstuuMZ2IeznShESUmvU3FH1GXOlkjZ7PqSy';
  const sha512 = 'JcVDtuB6d1BHhCd5RPBh8g8xX/1CbY8EU2PN0MTaj2/Mypw4P./C6dN4j0HALhzBDTocyW1Jm.gYaTPjFGCV40';
  test.each([
    ['nothing', ''],
    ['no scheme', argon],
    ['an unknown scheme', '{ROT13}grfg'],
    ['an unknown suffix', `{ARGON2ID.ROT13}${argon}`],
    ['an empty text', '{ARGON2ID}'],
    ['a text with a line feed', `{ARGON2ID}${argon}\n`],
    ['argon2i under ARGON2ID', `{ARGON2ID}${argon.replace('2id', '2i')}`],
    ['argon2 without passes', `{ARGON2ID}${argon.replace('t=2', 't=0')}`],
    ['argon2 with a terabyte', `{ARGON2ID}${argon.replace('m=19456', 'm=99999999')}`],
    [
      'argon2 with a thousand passes over a gibibyte',
      `{ARGON2ID}${argon.replace('m=19456,t=2', 'm=1048576,t=1000')}`,
    ],
    ['argon2 with less memory than lanes', `{ARGON2ID}${argon.replace('m=19456', 'm=7')}`],
    ['argon2 with bad base64', `{ARGON2ID}${argon.replace('rq+4', 'rq=4')}`],
    ['bcrypt that takes hours', `{BLF-CRYPT}$2y$31$${bcrypt}`],
    ['bcrypt of cost 3', `{BLF-CRYPT}$2y$03$${bcrypt}`],
    ['bcrypt of an unknown kind', `{BLF-CRYPT}$2q$05$${bcrypt}`],
    ['a bcrypt cut short', `{BLF-CRYPT}$2y$05$${bcrypt.slice(1)}`],
    ['SHA512-CRYPT with a billion rounds', `{SHA512-CRYPT}$6$rounds=999999999$saltsalt$${sha512}`],
    ['SHA512-CRYPT with too few rounds', `{SHA512-CRYPT}$6$rounds=999$saltsalt$${sha512}`],
    ['SHA512-CRYPT under BLF-CRYPT', `{BLF-CRYPT}$6$saltsalt$${sha512}`],
    ['SSHA512 shorter than its digest', `{SSHA512}${Buffer.alloc(63).toString('base64')}`],
    ['SSHA256 shorter than its digest', `{SSHA256}${Buffer.alloc(31).toString('base64')}`],
    ['SSHA512 in hex of odd length', `{SSHA512.HEX}${'0'.repeat(137)}`],
    ['SSHA512 with a character that is no base64', `{SSHA512}${'*'.repeat(96)}`],
  ])('%s', async (_, hash) => {
    const stored = parseStoredHash(hash);
    const verdict = await verify(hash, 'test');
    expect(verdict).toBe('malformed');
    if (stored.kind === 'malformed') expect(stored.why).not.toContain('$');
  });
});
