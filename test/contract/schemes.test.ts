import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemes } from '../../src/auth/schemes/index.ts';
import type { Scheme, Verdict } from '../../src/auth/schemes/scheme.ts';
import { parseStoredHash } from '../../src/auth/stored-hash.ts';
import { type DovecotVersion, dovecotVersions } from '../../src/config/doors/door.ts';
import { machines } from '../support/mail-servers/machines.ts';
import { hasLibcrypt, isVerifiable, knownAnswers, PASSWORDS } from './schemes-known-answers.ts';

/** DIGEST-MD5 has the name in the hash. */
const NAMES = ['nobody', 'ann@example.org'];

const verify = async (hash: string, password: string | Buffer): Promise<Verdict> => {
  const stored = parseStoredHash(hash);
  return stored.kind === 'hash'
    ? stored.scheme.verify(Buffer.from(password as string), stored.bytes, NAMES)
    : 'malformed';
};

/** What is behind so many bytes does not count. */
const COUNTED = [
  [/^\{(?:DES-CRYPT|CRYPT)\}[\w./]{13}$/u, 8],
  [/^\{LANMAN\}/u, 14],
] as const;
const isCutIn = (hash: string, password: string): boolean =>
  COUNTED.some(([shape, bytes]) => shape.test(hash) && Buffer.byteLength(password) >= bytes);

/** By design of its scheme, see "does not look at all of a password" below. */
function isAmbiguous(hash: string, password: string): boolean {
  const stored = parseStoredHash(hash);
  if (stored.kind !== 'hash') throw new Error(stored.why);
  return stored.scheme.isAmbiguous?.(Buffer.from(password), stored.bytes) ?? false;
}

const oneOf = (scheme: Scheme): string => {
  const known = knownAnswers.find(
    ({ hash, password }) => hash.startsWith(`{${scheme.name}}`) && password === 'test',
  );
  if (!known) throw new Error(`no known answer for ${scheme.name}`);
  return known.hash;
};

/** How doveadm of each version is started. */
const DOVEADM: Readonly<Record<DovecotVersion, readonly [string, ...string[]]>> = {
  '2.3': ['doveadm'],
  '2.4': ['chroot', machines['2.4'].root ?? '/', 'doveadm'],
};

const doveadm = (version: DovecotVersion, ...words: string[]): string => {
  const [program, ...first] = DOVEADM[version];
  return execFileSync(program, [...first, '-O', 'pw', ...words], { encoding: 'utf8' }).replace(/\n$/u, '');
};

/** None where that Dovecot is not here. */
const schemesOf = (version: DovecotVersion): readonly string[] => {
  const [program, ...first] = DOVEADM[version];
  const { status, stdout } = spawnSync(program, [...first, '-O', 'pw', '-l'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(/\s+/u) : [];
};
const doveadms = dovecotVersions.map((version) => ({ version, listed: schemesOf(version) }));

/** doveadm makes PLAIN-TRUNC without the length that it asks for when it verifies. */
function completed(made: string): string {
  const [, name, suffix = '', text = ''] = /^\{(PLAIN-TRUNC)(\.\w+)?\}(.*)$/su.exec(made) ?? [];
  if (name === undefined) return made;
  const encodings = { '': 'utf8', '.HEX': 'hex', '.B64': 'base64', '.BASE64': 'base64' } as const;
  const encoding = encodings[suffix as keyof typeof encodings];
  return `{PLAIN-TRUNC}99-${Buffer.from(text, encoding).toString()}`;
}

const isCrypt = ({ name }: Scheme): boolean => /^(?:BLF|SHA512)-CRYPT$/.test(name);

const isSameInLowerCase = (a: Buffer, b: Buffer): boolean =>
  a.toString('latin1').toLowerCase() === b.toString('latin1').toLowerCase();

describe('hashes that others made', () => {
  test.each(knownAnswers)('verify: $hash, made by $madeBy', async ({ hash, password }) => {
    expect(await verify(hash, password)).toBe('match');
    expect(await verify(hash, `x${password}`)).toBe('differs');
    const longer = `${password}x`;
    expect(await verify(hash, longer)).toBe(isCutIn(hash, password) ? 'match' : 'differs');
    if (isCutIn(hash, password)) expect(isAmbiguous(hash, longer)).toBe(true);
  });
});

test('crypt(3) of the system knows the kinds that JavaScript does not', ({ skip }) => {
  if (!hasLibcrypt) skip('this system has no libcrypt.so with crypt_rn');
  expect(schemes.filter((scheme) => !isVerifiable(scheme))).toEqual([]);
});

describe.each(schemes.filter(isVerifiable))('$name', (scheme) => {
  const hash = oneOf(scheme);

  test('refuses another password, an empty one, and the right one with another letter case', async () => {
    for (const wrong of ['', ' test', 'tes', 'testt', PASSWORDS['70 characters']]) {
      expect(await verify(hash, wrong)).toBe('differs');
    }
    expect(await verify(hash, 'Test')).toBe(scheme.name === 'LANMAN' ? 'match' : 'differs');
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
        // The numbers and hexadecimal digits of these may be written otherwise and mean the same.
        fc.pre(!/^(?:OTP|SKEY)$/.test(scheme.name) || !isSameInLowerCase(damaged, bytes));
        fc.pre(scheme.name !== 'PLAIN-TRUNC' || at >= '99-'.length);
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
    const withNul = isCrypt(scheme) ? [] : ['a\0b'];
    for (const password of ['', 'test', ...withNul, ...Object.values(PASSWORDS)]) {
      const text = await scheme.hash?.(Buffer.from(password));
      expect(await verify(`{${scheme.name}}${text}`, password)).toBe('match');
      expect(await verify(`{${scheme.name}}${text}`, `${password}x`)).toBe('differs');
    }
  });

  test('with a salt of their own, but for CRAM-MD5, which has none', async () => {
    const password = Buffer.from('test');
    const [one, other] = [await scheme.hash?.(password), await scheme.hash?.(password)];
    expect(one === other).toBe(scheme.name === 'CRAM-MD5');
  });

  test.each(doveadms)('that doveadm $version verifies', async ({ version, listed }) => {
    if (!listed.includes(scheme.name)) return;
    for (const password of Object.values(PASSWORDS)) {
      const made = `{${scheme.name}}${await scheme.hash?.(Buffer.from(password))}`;
      expect(doveadm(version, '-t', made, '-p', password)).toContain('(verified)');
    }
  });
});

test.each(makers.filter(isCrypt))(
  '$name makes no hash of a password with a NUL, where crypt(3) would stop',
  async (scheme) => {
    await expect(scheme.hash?.(Buffer.from('a\0b'))).rejects.toThrow(/crypt/u);
  },
);

test('there is a doveadm of each version', ({ skip }) => {
  const missing = doveadms.filter(({ listed }) => listed.length === 0).map(({ version }) => version);
  if (missing.length > 0)
    skip(`of ${missing.join(' and ')} there is none: apt install dovecot-core, scripts/debian-13.sh`);
});

describe.each(doveadms)('every scheme that doveadm $version lists', ({ version, listed }) => {
  test('is one of ours', () => {
    const names = schemes.map(({ name }) => name);
    expect(listed.filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each(listed)('%s: what doveadm makes is verified here', async (name) => {
    for (const password of Object.values(PASSWORDS)) {
      for (const suffix of ['', '.HEX', '.B64', '.BASE64']) {
        const words = ['-s', `${name}${suffix}`, '-u', 'ann@example.org', '-p', password];
        const made = completed(doveadm(version, ...words));
        expect(await verify(made, password)).toBe('match');
        expect(await verify(made, ` ${password}`)).toBe('differs');
      }
    }
  });
});

describe('a scheme that does not look at all of a password', () => {
  test.each([
    ['DES-CRYPT', '{DES-CRYPT}MMfkGoL.f72pI', '01234567', '012345678', '0123456'],
    ['PLAIN-TRUNC', '{PLAIN-TRUNC}4-test', 'test', 'tester', 'tes'],
    ['LANMAN', '{LANMAN}e52cac67419a9a224a3b108f3fa6cb6d', 'PASSWORD', 'password', 'PASSWOR'],
    [
      'LANMAN',
      '{LANMAN}048adc2c7965c60f69407ec48d5d9b90',
      'Pass word-14ch',
      'PASS WORD-14CHR',
      'Pass word-14c',
    ],
  ])('%s: another password matches, and it says so', async (_, hash, password, other, wrong) => {
    expect(await verify(hash, password)).toBe('match');
    expect(await verify(hash, other)).toBe('match');
    expect(await verify(hash, wrong)).toBe('differs');
    expect(isAmbiguous(hash, other)).toBe(true);
  });

  test('BLF-CRYPT: after 72 bytes', async () => {
    const [scheme] = schemes.filter(({ name }) => name === 'BLF-CRYPT');
    const hash = `{BLF-CRYPT}${await scheme?.hash?.(Buffer.from('x'.repeat(72)))}`;
    expect(await verify(hash, 'x'.repeat(73))).toBe('match');
    expect(isAmbiguous(hash, 'x'.repeat(73))).toBe(true);
    expect(isAmbiguous(hash, 'x'.repeat(72))).toBe(false);
  });

  test('PLAIN-TRUNC: not where the text is not cut', async () => {
    expect(await verify('{PLAIN-TRUNC}5-test', 'test')).toBe('match');
    expect(await verify('{PLAIN-TRUNC}5-test', 'tester')).toBe('differs');
    expect(isAmbiguous('{PLAIN-TRUNC}5-test', 'test')).toBe(false);
  });
});

describe('DIGEST-MD5', () => {
  const hash = '{DIGEST-MD5}0fc99fc45aa07aef230f93c284166f0b';
  test('is of one name', async () => {
    const stored = parseStoredHash(hash);
    if (stored.kind !== 'hash') throw new Error(stored.why);
    const verifyFor = (...names: string[]) => stored.scheme.verify(Buffer.from('test'), stored.bytes, names);
    expect(await verifyFor('ann@example.org')).toBe('match');
    expect(await verifyFor('ann', 'ann@example.org')).toBe('match');
    expect(await verifyFor('ann')).toBe('differs');
    expect(await verifyFor()).toBe('differs');
  });
});

describe('the memory of a comparison is', () => {
  const MIB = 2 ** 20;
  const salted = (parameters: string) =>
    `${parameters}$d87537sXglAKYeyd0zqntA$JHefES4onD+Rm8xiVhzlDpe5iVQgbdGQBFjhFv7/KVQ`;
  const yescrypt = (parameters: string) =>
    `${parameters}$1AinddyGSmJDSVHcqPcre.$wzgsFOvnm7/f4cXeVtc03srJoqckOXCTPIIiZdPg1s0`;
  test.each([
    ['{ARGON2ID}', salted('$argon2id$v=19$m=65536,t=3,p=4'), 64 * MIB],
    ['{ARGON2I}', salted('$argon2i$v=19$m=32768,t=4,p=1'), 32 * MIB],
    ['{ARGON2D}', salted('$argon2d$v=19$m=1048576,t=1,p=1'), 1024 * MIB],
    ['{ARGON2}', salted('$argon2id$m=19456,t=2,p=1'), 19 * MIB],
    ['{SCRYPT}', salted('$scrypt$ln=16,r=8,p=1'), 64 * MIB + 4 * 1024],
    ['{SCRYPT}', salted('$scrypt$ln=20,r=8,p=2'), 1024 * MIB + 6 * 1024],
    // Few blocks in many lanes, which are all there at once.
    ['{SCRYPT}', salted('$scrypt$ln=1,r=1024,p=4000'), 8004 * 128 * 1024],
    ['{YESCRYPT}', yescrypt('$y$j9T'), 16 * MIB],
    ['{YESCRYPT}', yescrypt('$y$jFT'), 1024 * MIB],
    ['{CRYPT}', yescrypt('$y$j75'), MIB],
    ['{CRYPT}', yescrypt('$gy$jFT'), 1024 * MIB],
    ['{CRYPT}', '$7$GU..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D', 1024 * MIB],
    ['{CRYPT}', '$7$CU..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D', 64 * MIB],
  ])('what its parameters say: %s%s', (name, text, bytes) => {
    const stored = parseStoredHash(`${name}${text}`);
    if (stored.kind !== 'hash') throw new Error(stored.why);
    expect(stored.scheme.memory?.(stored.bytes)).toBe(bytes);
  });

  test('next to none where no parameter asks for it', () => {
    const asking = knownAnswers.flatMap(({ hash }) => {
      const stored = parseStoredHash(hash);
      if (stored.kind !== 'hash') throw new Error(stored.why);
      const { scheme, bytes, text } = stored;
      return (scheme.memory?.(bytes) ?? 0) > 0 ? [/^\$\w+/u.exec(text)?.[0]] : [];
    });
    expect(new Set(asking)).toEqual(
      new Set(['$argon2d', '$argon2i', '$argon2id', '$scrypt', '$y', '$gy', '$7']),
    );
  });

  test.each(schemes.filter(({ hash }) => hash))('that of a new hash: $name', async (scheme) => {
    const text = await scheme.hash?.(Buffer.from('test'));
    expect(scheme.memory?.(Buffer.from(text ?? '')) ?? 0).toBe(scheme.memoryOfNew ?? 0);
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
    ['argon2 with all memory that 32 bits count', `{ARGON2ID}${argon.replace('m=19456', 'm=4294967295')}`],
    ['argon2 with two billion passes', `{ARGON2ID}${argon.replace('t=2', 't=2147483648')}`],
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
    ['SHA1 shorter than its digest', `{SHA1}${Buffer.alloc(19).toString('base64')}`],
    ['SHA512 longer than its digest', `{SHA512}${Buffer.alloc(65).toString('base64')}`],
    ['PLAIN-MD5 that is a MD5-CRYPT', '{PLAIN-MD5}$1$ESKnoVlB$3W.jQKeiaGao6BET9WN3K/'],
    ['MD5 in a shape of nobody', '{MD5}098f6bcd4621d373'],
    ['PLAIN of nothing', '{PLAIN}'],
    ['PLAIN with a line feed', '{PLAIN}test\n'],
    ['PLAIN that is no UTF-8', '{PLAIN.HEX}74ff'],
    ['PLAIN-TRUNC without its length', '{PLAIN-TRUNC}test'],
    ['CRAM-MD5 of one state', `{CRAM-MD5}${'0'.repeat(32)}`],
    [
      'SCRAM without iterations',
      '{SCRAM-SHA-1}0,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=',
    ],
    [
      'SCRAM with a billion iterations',
      '{SCRAM-SHA-1}999999999,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=',
    ],
    [
      'SCRAM with keys of another digest',
      '{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=',
    ],
    ['SCRAM without its server key', '{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y='],
    ['OTP of an unknown digest', '{OTP}sha2 99 test 87fec7768b73ccf9'],
    ['OTP with a long chain', '{OTP}sha1 10000 test 87fec7768b73ccf9'],
    ['DES-CRYPT of twelve characters', '{DES-CRYPT}MMfkGoL.f72p'],
    ['MD5-CRYPT cut short', '{MD5-CRYPT}$1$ESKnoVlB$3W.jQKeiaGao6BET9WN3K'],
    ['BSDI-CRYPT with sixteen million rounds', '{BSDI-CRYPT}_zzzzqpFrRqcoStfZgQU'],
    [
      'SHA1-CRYPT with nine million rounds',
      '{SHA1-CRYPT}$sha1$9000000$A1Yg78.G$hKnc7asW8m3FSCM3DE0e9vD2XuuR',
    ],
    [
      'YESCRYPT with two gibibytes',
      '{YESCRYPT}$y$jGT$1AinddyGSmJDSVHcqPcre.$wzgsFOvnm7/f4cXeVtc03srJoqckOXCTPIIiZdPg1s0',
    ],
    [
      'CRYPT of a GOST-YESCRYPT with two gibibytes',
      '{CRYPT}$gy$jGT$1AinddyGSmJDSVHcqPcre.$wzgsFOvnm7/f4cXeVtc03srJoqckOXCTPIIiZdPg1s0',
    ],
    [
      'CRYPT of a scrypt with two gibibytes',
      '{CRYPT}$7$HU..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D',
    ],
    [
      'CRYPT of a Sun MD5 with four billion rounds',
      '{CRYPT}$md5,rounds=4294963199$salt$$B7nIgk4NIXPlU8kX1Ux4p0',
    ],
    ['CRYPT of an unknown kind', '{CRYPT}$8$abc$def'],
    ['CRYPT with a bcrypt that takes hours', `{CRYPT}$2y$31$${bcrypt}`],
    [
      'PBKDF2-SHA256 with two billion rounds',
      `{PBKDF2-SHA256}2147483648$c2FsdA$${Buffer.alloc(32).toString('base64')}`,
    ],
    ['PBKDF2 with ten million rounds', '{PBKDF2}$1$salt$10000000$4b007901b765489abead49d926f721d065a429c1'],
    [
      'PBKDF2 with a long key and many rounds',
      `{PBKDF2}$pbkdf2-sha1$i=1000000,l=400$c2FsdA$${Buffer.alloc(400).toString('base64').slice(0, -2)}`,
    ],
    [
      'PBKDF2 with another length than it says',
      '{PBKDF2}$pbkdf2-sha1$i=1000,l=32$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE',
    ],
    [
      'PBKDF2 with stray bits in its base64',
      '{PBKDF2}$pbkdf2-sha1$i=1000$c2FsdB$SwB5AbdlSJq+rUnZJvch0GWkKcE',
    ],
    [
      'SCRYPT with two gibibytes',
      '{SCRYPT}$scrypt$ln=21,r=8,p=1$d87537sXglAKYeyd0zqntA$JHefES4onD+Rm8xiVhzlDpe5iVQgbdGQBFjhFv7/KVQ',
    ],
    [
      'SCRYPT with a power of two that no memory holds',
      '{SCRYPT}$scrypt$ln=60,r=1,p=1$d87537sXglAKYeyd0zqntA$JHefES4onD+Rm8xiVhzlDpe5iVQgbdGQBFjhFv7/KVQ',
    ],
    [
      'SCRYPT with a thousand lanes',
      '{SCRYPT}$scrypt$ln=16,r=8,p=1000$d87537sXglAKYeyd0zqntA$JHefES4onD+Rm8xiVhzlDpe5iVQgbdGQBFjhFv7/KVQ',
    ],
    [
      'BCRYPT-SHA256 of cost 17',
      '{BCRYPT-SHA256}$bcrypt-sha256$v=2,t=2b,r=17$AGLsoOjEjtenNGbIJrvhAu$TFFyAdJ1HYbhWPnE.a4pSQJtxjr2pYG',
    ],
    [
      'BCRYPT-SHA256 of version 3',
      '{BCRYPT-SHA256}$bcrypt-sha256$v=3,t=2b,r=5$AGLsoOjEjtenNGbIJrvhAu$TFFyAdJ1HYbhWPnE.a4pSQJtxjr2pYG',
    ],
    ['argon2id under ARGON2D', `{ARGON2D}${argon}`],
  ])('%s', async (_, hash) => {
    const stored = parseStoredHash(hash);
    const verdict = await verify(hash, 'test');
    expect(verdict).toBe('malformed');
    if (stored.kind === 'malformed') expect(stored.why).not.toContain('$');
  });
});
