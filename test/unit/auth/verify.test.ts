import { describe, expect, test, vi } from 'vitest';
import type { AccountFacts, CredentialFacts, LoginFacts } from '../../../src/auth/facts.ts';
import { createHashing, type Hashing } from '../../../src/auth/hashing.ts';
import { type Maker, makerOf } from '../../../src/auth/password.ts';
import { createRemembered } from '../../../src/auth/remember.ts';
import { argon2id } from '../../../src/auth/schemes/argon2id.ts';
import { createLogins } from '../../../src/auth/verify.ts';
import { found, later } from '../../../src/base/answer.ts';
import { minutes, systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { awayCache, coldCache, memoryCache } from '../../support/address-book.ts';
import { createTestClock } from '../../support/clock.ts';

const argon = async (password: string) => `{ARGON2ID}${await argon2id.hash?.(Buffer.from(password))}`;
/** SSHA256 of `test`, from doveadm. */
const CHEAP = '{SSHA256}ZhIwD/YxRHu/1SUyk66vpoRDkgM+3rPuLSZz/2h4TEoEyx/P';

const credential = (id: string, hash: string, more: Partial<CredentialFacts> = {}): CredentialFacts => ({
  id,
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
});

const account = (user: string): AccountFacts => ({
  user,
  home: `/var/mail/${user}`,
  uid: 5000,
  gid: 5000,
  mail: 'maildir:~/Maildir',
  quotaBytes: null,
  quotaMessages: null,
});

interface House {
  passwords?: Record<string, readonly CredentialFacts[]>;
  salts?: Record<string, readonly CredentialFacts[]>;
  logins?: Record<string, LoginFacts>;
  cache?: typeof memoryCache | typeof coldCache | typeof awayCache;
  hashing?: Hashing;
  preferred?: Maker;
  log?: typeof silent;
}

const ALICE = 'alice@example.org';

/** Whoever has passwords exists and may use mail. */
function house({
  passwords = {},
  salts = {},
  logins = {},
  cache = memoryCache,
  hashing,
  preferred,
  log = silent,
}: House) {
  const users = Object.keys(passwords);
  let hashes = 0;
  const clock = createTestClock();
  const stored = new Map(Object.entries(passwords));
  const queue = hashing ?? createHashing({ atOnce: 2, waiting: 100 });
  const services = createLogins({
    logins: cache(
      new Map([
        ...users.map((username) => [username, { username, userId: '1', usable: true }] as const),
        ...Object.entries(logins),
      ]),
    ),
    credentials: cache(stored),
    salts: cache(new Map(Object.entries(salts))),
    accounts: cache(new Map(users.map((user) => [user, account(user)]))),
    hashing: {
      objectionTo: queue.objectionTo,
      run(work, bytes) {
        hashes += 1;
        return queue.run(work, bytes);
      },
    },
    remembered: createRemembered({ key: Buffer.alloc(32), clock }),
    rejected: createRemembered({ key: Buffer.alloc(32), clock, keepFor: minutes(1) }),
    preferred,
    log,
  });
  const put = (user: string, facts: readonly CredentialFacts[]) => void stored.set(user, facts);
  const verify = async (user: string, password: string, protocol = 'imap', ip?: string) =>
    services.verify({ user, password, protocol, ip });
  return { ...services, verifyNow: services.verify, verify, hashes: () => hashes, clock, put };
}

describe('a login', () => {
  test('with the right password is ok and says which password it was', async () => {
    const { verify } = house({
      passwords: { [ALICE]: [credential('7', await argon('secret'), { label: 'phone' })] },
    });
    expect(await verify(ALICE, 'secret')).toMatchObject({
      kind: 'ok',
      account: { user: ALICE, home: `/var/mail/${ALICE}` },
      credential: { id: '7', label: 'phone' },
    });
  });

  test('finds its user by the canonical form of what was typed', async () => {
    const { verify } = house({
      passwords: {
        [ALICE]: [credential('1', CHEAP)],
        bob: [credential('2', CHEAP)],
        carol: [credential('3', CHEAP)],
      },
    });
    for (const [typed, user] of [
      ['Alice@Example.ORG', ALICE],
      ['"alice"@example.org.', ALICE],
      ['Bob', 'bob'],
      ['CAROL', 'carol'],
    ] as const) {
      expect(await verify(typed, 'test')).toMatchObject({ kind: 'ok', account: { user } });
    }
  });

  test('by the address of a mailbox whose login name is another is of that user', async () => {
    const { verify, find } = house({
      passwords: { al: [credential('1', CHEAP)] },
      logins: { [ALICE]: { username: 'al', userId: '1', usable: true } },
    });
    expect(await verify(ALICE, 'test')).toMatchObject({ kind: 'ok', account: { user: 'al' } });
    expect(await find(ALICE)).toMatchObject({ kind: 'ok', account: { user: 'al' } });
  });

  test.each(['', 'a\0b', 'a\nb', 'x'.repeat(321), 'nobody', 'bob@example.org'])(
    'of no user is unknown: %j',
    async (user) => {
      const { verify } = house({ passwords: { [ALICE]: [credential('1', CHEAP)] } });
      expect(await verify(user, 'test')).toEqual({ kind: 'unknown' });
    },
  );

  test('never asks the database for a name that cannot be one', async () => {
    const logins = coldCache(new Map<string, LoginFacts>());
    const { verify } = house({ cache: () => logins as never });
    await verify('a\0b', 'test');
    expect(logins.queries).toEqual([]);
  });

  test('with an empty password is a mismatch, even if somebody stored the hash of one', async () => {
    const { verify } = house({ passwords: { [ALICE]: [credential('1', await argon(''))] } });
    expect(await verify(ALICE, '')).toEqual({ kind: 'mismatch' });
  });

  test('of a user who may not use mail is disabled, whatever the password', async () => {
    const { verify, find } = house({ logins: { [ALICE]: { username: ALICE, userId: '1', usable: false } } });
    expect(await verify(ALICE, 'test')).toEqual({ kind: 'disabled', because: 'user' });
    expect(await find(ALICE)).toEqual({ kind: 'disabled', because: 'user' });
  });

  test('with a password that must be changed first is disabled if it is right, also the second time', async () => {
    const { verify } = house({ passwords: { [ALICE]: [credential('1', CHEAP, { mustChange: true })] } });
    expect(await verify(ALICE, 'test')).toEqual({ kind: 'disabled', because: 'must-change' });
    expect(await verify(ALICE, 'test')).toEqual({ kind: 'disabled', because: 'must-change' });
    expect(await verify(ALICE, 'wrong')).toEqual({ kind: 'mismatch' });
  });
});

describe('a right password', () => {
  const told = { kind: 'disabled', because: 'expired' } as const;
  const cases: Record<string, readonly [Partial<CredentialFacts>, ip: string | undefined, outcome: object]> =
    {
      'that is expired says so': [{ isExpired: true }, '192.0.2.7', told],
      'is no password where an app password is needed': [
        { isReplaced: true },
        '192.0.2.7',
        { kind: 'mismatch', because: 'app-password-needed' },
      ],
      'opens in its networks': [{ networks: ['192.0.2.0/24'] }, '192.0.2.7', { kind: 'ok' }],
      'opens in its networks, told as IPv6': [
        { networks: ['192.0.2.0/24'] },
        '::ffff:192.0.2.7',
        { kind: 'ok' },
      ],
      'opens nowhere else': [
        { networks: ['192.0.2.0/24', '2001:db8::/32'] },
        '198.51.100.1',
        { kind: 'mismatch', because: 'network' },
      ],
      'opens nothing for a client without an address': [
        { networks: ['0.0.0.0/0'] },
        undefined,
        { kind: 'mismatch', because: 'network' },
      ],
    };
  test.each(Object.entries(cases))('%s, also the second time', async (_, [more, ip, outcome]) => {
    const { verify } = house({ passwords: { [ALICE]: [credential('1', CHEAP, more)] } });
    for (const _again of [1, 2]) expect(await verify(ALICE, 'test', 'imap', ip)).toMatchObject(outcome);
    expect(await verify(ALICE, 'wrong', 'imap', ip)).toEqual({ kind: 'mismatch' });
  });

  test('opens by another label where one of them does not', async () => {
    const expired = credential('1', CHEAP, { isExpired: true });
    const { verify } = house({
      passwords: { [ALICE]: [expired, credential('2', CHEAP, { label: 'phone' })] },
    });
    expect(await verify(ALICE, 'test')).toMatchObject({ kind: 'ok', credential: { id: '2' } });
  });

  test('is handed out with its networks, for the peer to compare', async () => {
    const { credential: look } = house({
      passwords: { [ALICE]: [credential('1', CHEAP, { networks: ['192.0.2.0/24'] })] },
    });
    const asked = { user: ALICE, password: '', protocol: 'imap', ip: undefined };
    expect(await look(asked)).toMatchObject({ kind: 'ok', networks: ['192.0.2.0/24'] });
  });
});

describe('several passwords', () => {
  test('are each right, for every mail protocol or for their own', async () => {
    const { verify } = house({
      passwords: {
        [ALICE]: [
          credential('1', await argon('main')),
          credential('2', await argon('phone'), { service: 'imap', label: 'phone' }),
          credential('3', await argon('web'), { service: 'webdav' }),
          credential('4', await argon('send'), { service: 'smtp' }),
        ],
      },
    });
    const kindOf = async (password: string, protocol: string) =>
      (await verify(ALICE, password, protocol)).kind;
    for (const protocol of [
      'imap',
      'pop3',
      'smtp',
      'submission',
      'sieve',
      'managesieve',
      'lmtp',
      'doveadm',
      '',
    ]) {
      expect(await kindOf('main', protocol)).toBe('ok');
    }
    expect([await kindOf('phone', 'imap'), await kindOf('phone', 'pop3')]).toEqual(['ok', 'mismatch']);
    expect([await kindOf('send', 'submission'), await kindOf('send', 'imap')]).toEqual(['ok', 'mismatch']);
    expect([await kindOf('web', 'webdav'), await kindOf('web', 'imap')]).toEqual(['ok', 'mismatch']);
    expect([await kindOf('main', 'webdav'), await kindOf('main', 'xmpp')]).toEqual(['mismatch', 'mismatch']);
  });

  test('a cheap one that is right spares the costly ones', async () => {
    const { verify, hashes } = house({
      passwords: { [ALICE]: [credential('1', await argon('x')), credential('2', CHEAP)] },
    });
    expect(await verify(ALICE, 'test')).toMatchObject({ kind: 'ok', credential: { id: '2' } });
    expect(hashes()).toBe(0);
  });
});

describe('the price', () => {
  test.each<[string, House, string, string]>([
    ['an unknown user', {}, 'unknown', 'test'],
    [
      'a disabled user',
      { logins: { [ALICE]: { username: ALICE, userId: '1', usable: false } } },
      'disabled',
      'test',
    ],
    ['a user without a password', { passwords: { [ALICE]: [] } }, 'mismatch', 'test'],
    [
      'a user whose password is for something else',
      { passwords: { [ALICE]: [credential('1', CHEAP, { service: 'api' })] } },
      'mismatch',
      'test',
    ],
    ['a cheap hash', { passwords: { [ALICE]: [credential('1', CHEAP)] } }, 'mismatch', 'wrong'],
    ['an unreadable hash', { passwords: { [ALICE]: [credential('1', '{ROT13}grfg')] } }, 'later', 'test'],
  ])('of refusing %s is one costly hash', async (_, parts, kind, password) => {
    const { verify, hashes } = house(parts);
    expect((await verify(ALICE, password)).kind).toBe(kind);
    expect(hashes()).toBe(1);
  });

  test.each([ALICE, 'nobody@example.org'])('of refusing an empty one is nothing, to %s too', async (user) => {
    const { verify, hashes } = house({ passwords: { [ALICE]: [credential('1', CHEAP)] } });
    expect(await verify(user, '')).toEqual({ kind: 'mismatch' });
    expect(hashes()).toBe(0);
  });

  test.each([
    ['of a wrong password', ALICE, 'mismatch'],
    ['of nobody', 'nobody@example.org', 'unknown'],
  ])('%s that comes again within a minute is nothing', async (_, user, kind) => {
    const { verify, hashes, clock } = house({ passwords: { [ALICE]: [credential('1', CHEAP)] } });
    for (let n = 0; n < 10; n += 1) expect(await verify(user, 'old')).toEqual({ kind });
    expect(hashes()).toBe(1);
    await verify(user, 'another');
    expect(hashes()).toBe(2);
    clock.advance(minutes(1));
    await verify(user, 'old');
    expect(hashes()).toBe(3);
  });

  test('of refusing a wrong password is the comparison alone', async () => {
    const { verify, hashes } = house({ passwords: { [ALICE]: [credential('1', await argon('secret'))] } });
    expect(await verify(ALICE, 'wrong')).toEqual({ kind: 'mismatch' });
    expect(hashes()).toBe(1);
  });

  test('of twenty connections of one client at once is one hash, and of the next nothing', async () => {
    const { verify, hashes } = house({ passwords: { [ALICE]: [credential('1', await argon('secret'))] } });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => verify(ALICE, 'secret')));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['ok']));
    await verify(ALICE, 'secret');
    expect(hashes()).toBe(1);
  });

  test('of a remembered password is not even a tick', async () => {
    const services = house({ passwords: { [ALICE]: [credential('1', await argon('secret'))] } });
    await services.verify(ALICE, 'secret');
    const again = services.verifyNow({ user: ALICE, password: 'secret', protocol: 'imap', ip: undefined });
    expect(again).toMatchObject({ kind: 'ok' });
  });
});

describe('a refusal costs a hash of the preferred scheme, ', () => {
  const preferred = () => {
    const maker = makerOf('BLF-CRYPT');
    if (!maker) throw new Error('no BLF-CRYPT');
    return { ...maker, hash: vi.fn(maker.hash), verify: vi.fn(maker.verify) };
  };
  const blf = '{BLF-CRYPT}$2b$06$abcdefghijklmnopqrstuuMZ2IeznShESUmvU3FH1GXOlkjZ7PqSy';

  test.each([
    ['for a user who does not exist', 'nobody@example.org', 'secret', CHEAP],
    ['for a password that differs from a cheap hash', ALICE, 'secret', CHEAP],
  ])('%s', async (_, user, password, hash) => {
    const maker = preferred();
    const { verify } = house({ passwords: { [ALICE]: [credential('1', hash)] }, preferred: maker });
    expect(['unknown', 'mismatch']).toContain((await verify(user, password)).kind);
    expect(maker.hash).toHaveBeenCalledTimes(1);
  });

  test('and once, where the stored hash is of that scheme', async () => {
    const maker = preferred();
    const { verify, hashes } = house({ passwords: { [ALICE]: [credential('1', blf)] }, preferred: maker });
    expect((await verify(ALICE, 'wrong')).kind).toBe('mismatch');
    expect(maker.hash).not.toHaveBeenCalled();
    expect(hashes()).toBe(1);
  });
});

describe('a changed password', () => {
  test('is right at once, although it was wrong a moment ago', async () => {
    const passwords: Record<string, CredentialFacts[]> = { [ALICE]: [credential('1', await argon('old'))] };
    const { verify, put } = house({ passwords });
    expect((await verify(ALICE, 'new')).kind).toBe('mismatch');
    put(ALICE, [credential('1', await argon('new'))]);
    expect((await verify(ALICE, 'new')).kind).toBe('ok');
    expect((await verify(ALICE, 'old')).kind).toBe('mismatch');
  });

  test('is dead at once: what was remembered of the old hash does not open the new', async () => {
    const passwords = new Map([[ALICE, [credential('1', await argon('old'))]]]);
    const services = createLogins({
      logins: memoryCache(new Map([[ALICE, { username: ALICE, userId: '1', usable: true }]])),
      credentials: memoryCache(passwords),
      salts: memoryCache(new Map()),
      accounts: memoryCache(new Map([[ALICE, account(ALICE)]])),
      hashing: createHashing({ atOnce: 2, waiting: 10 }),
      remembered: createRemembered({ key: Buffer.alloc(32), clock: systemClock }),
      log: silent,
    });
    const request = { user: ALICE, password: 'old', protocol: 'imap', ip: undefined };
    expect((await services.verify(request)).kind).toBe('ok');
    passwords.set(ALICE, [credential('1', await argon('new'))]);
    expect((await services.verify(request)).kind).toBe('mismatch');
    expect((await services.verify({ ...request, password: 'new' })).kind).toBe('ok');
  });
});

describe('while a password is hashed', () => {
  /** Something happens when the first hash is computed, and before anybody hears of it. */
  const changing = (happens: () => void): Hashing => {
    let isFirst = true;
    return {
      objectionTo: () => undefined,
      async run(work) {
        const value = await work();
        if (isFirst) happens();
        isFirst = false;
        return found(value);
      },
    };
  };

  test('it may be changed, and is dead then', async () => {
    const [old, next] = await Promise.all([argon('old'), argon('new')]);
    const changed = () => put(ALICE, [credential('1', next)]);
    const { verify, put } = house({
      passwords: { [ALICE]: [credential('1', old)] },
      hashing: changing(() => changed()),
    });
    expect((await verify(ALICE, 'old')).kind).toBe('mismatch');
    expect((await verify(ALICE, 'new')).kind).toBe('ok');
  });

  test('it may be suspended, and opens nothing then', async () => {
    const hash = await argon('secret');
    const suspended = () => put(ALICE, [credential('1', hash, { isSuspended: true })]);
    const { verify, put } = house({
      passwords: { [ALICE]: [credential('1', hash)] },
      hashing: changing(() => suspended()),
    });
    expect(await verify(ALICE, 'secret')).toEqual({ kind: 'disabled', because: 'suspended' });
  });

  test('its hash may become another of the same password, which is right then', async () => {
    const [old, next] = await Promise.all([argon('secret'), argon('secret')]);
    const rehashed = () => put(ALICE, [credential('1', next)]);
    const { verify, put } = house({
      passwords: { [ALICE]: [credential('1', old)] },
      hashing: changing(() => rehashed()),
    });
    expect(await verify(ALICE, 'secret')).toMatchObject({ kind: 'ok', credential: { hash: next } });
  });
});

describe('what could not be found out is later, never a refusal:', () => {
  const busy: Hashing = {
    objectionTo: () => undefined,
    run: async () => later('too many logins at once'),
  };

  test('the database is away', async () => {
    const {
      verify,
      find,
      credential: look,
    } = house({ passwords: { [ALICE]: [credential('1', CHEAP)] }, cache: awayCache });
    expect((await verify(ALICE, 'test')).kind).toBe('later');
    expect((await verify('nobody', 'test')).kind).toBe('later');
    expect((await look({ user: ALICE, password: '', protocol: 'imap', ip: undefined })).kind).toBe('later');
    // Delivery goes on with what was known last.
    expect((await find(ALICE)).kind).toBe('ok');
    expect((await find('nobody')).kind).toBe('later');
  });

  test('too many hashes wait, for known and unknown users alike', async () => {
    const { verify } = house({
      passwords: { [ALICE]: [credential('1', await argon('secret'))] },
      hashing: busy,
    });
    expect((await verify(ALICE, 'secret')).kind).toBe('later');
    expect((await verify('nobody', 'secret')).kind).toBe('later');
  });

  test('the only stored hash cannot be read, which is logged once and without the hash', async () => {
    const error = vi.fn();
    const { verify } = house({
      passwords: { [ALICE]: [credential('9', '{ARGON2ID}$broken')] },
      log: { ...silent, error },
    });
    expect((await verify(ALICE, 'test')).kind).toBe('later');
    expect((await verify(ALICE, 'test')).kind).toBe('later');
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith('login.malformed-hash', {
      credential: '9',
      why: 'the text is no ARGON2ID hash',
    });
  });

  test('but an unreadable hash beside a readable one is only passed over', async () => {
    const { verify } = house({
      passwords: { [ALICE]: [credential('1', '{ARGON2ID}$broken'), credential('2', CHEAP)] },
    });
    expect((await verify(ALICE, 'test')).kind).toBe('ok');
    expect((await verify(ALICE, 'wrong')).kind).toBe('mismatch');
  });

  describe('a stored hash needs more memory than hashes may have', async () => {
    const MIB = 2 ** 20;
    /** Of `secret`, with a gibibyte. */
    const large = credential('7', (await argon('secret')).replace('m=19456', 'm=1048576'));
    const small = createHashing({ atOnce: 2, waiting: 100, memory: 64 * MIB });

    test('which is logged once, with whose it is and what to do, and costs what a refusal costs', async () => {
      const error = vi.fn();
      const { verify, hashes } = house({
        passwords: { [ALICE]: [large] },
        hashing: small,
        log: { ...silent, error },
      });
      expect((await verify('Alice@Example.org', 'secret')).kind).toBe('later');
      expect((await verify(ALICE, 'wrong')).kind).toBe('later');
      expect(hashes()).toBe(2);
      expect(error.mock.calls).toEqual([
        [
          'login.oversized-hash',
          {
            credential: '7',
            user: ALICE,
            scheme: 'ARGON2ID',
            why: 'it needs 1G of memory and may have 48M: DOVETAIL_HASH_MEMORY=1056M would be enough',
          },
        ],
      ]);
    });

    test('and another password of the same user is right all the same', async () => {
      const { verify } = house({ passwords: { [ALICE]: [large, credential('1', CHEAP)] }, hashing: small });
      expect(await verify(ALICE, 'test')).toMatchObject({ kind: 'ok', credential: { id: '1' } });
    });

    test('and what differs from the others is a guess, each time, at the cost of one', async () => {
      const { verify, hashes } = house({
        passwords: { [ALICE]: [large, credential('1', CHEAP)] },
        hashing: small,
      });
      expect(await verify(ALICE, 'guess')).toMatchObject({ kind: 'later', isGuess: true });
      expect(await verify(ALICE, 'guess')).toMatchObject({ kind: 'later', isGuess: true });
      expect(hashes()).toBe(1);
    });

    test('what costs most of a login asks for as much memory with a user as with nobody', async () => {
      const asked: unknown[] = [];
      const hashing: Hashing = {
        objectionTo: () => undefined,
        async run(work, bytes) {
          asked.push(bytes);
          return found(await work());
        },
      };
      const { verify } = house({ passwords: { [ALICE]: [credential('1', await argon('secret'))] }, hashing });
      await verify(ALICE, 'wrong');
      await verify('nobody', 'wrong');
      expect(asked).toEqual([19 * MIB, 19 * MIB]);
    });
  });

  test('the login is there and its account is not', async () => {
    const { verify, find } = house({ logins: { [ALICE]: { username: ALICE, userId: '1', usable: true } } });
    expect((await verify(ALICE, 'test')).kind).toBe('later');
    expect((await find(ALICE)).kind).toBe('later');
  });
});

describe('a look-up of the stored hash', () => {
  const ask = (user: string, protocol = 'imap') => ({ user, password: '', protocol, ip: undefined });

  test('gives the first one that opens the protocol', async () => {
    const phone = credential('1', CHEAP, { service: 'pop3' });
    const { credential: look } = house({ passwords: { [ALICE]: [phone, credential('2', '{SSHA512}x')] } });
    expect(await look(ask(ALICE))).toMatchObject({
      kind: 'ok',
      account: { user: ALICE },
      hash: '{SSHA512}x',
    });
    expect(await look(ask(ALICE, 'pop3'))).toMatchObject({ kind: 'ok', hash: CHEAP });
  });

  test('is unknown without such a password, and disabled when it must be changed', async () => {
    const { credential: look } = house({
      passwords: { [ALICE]: [], bob: [credential('1', CHEAP, { mustChange: true })] },
    });
    expect(await look(ask(ALICE))).toEqual({ kind: 'unknown', because: 'scheme' });
    expect(await look(ask('bob'))).toEqual({ kind: 'disabled', because: 'must-change', hash: CHEAP });
    expect(await look(ask('nobody'))).toEqual({ kind: 'unknown' });
  });
});

describe('a hash that is handed out', () => {
  const passwords = { [ALICE]: [credential('1', CHEAP)] };
  const asked = { user: ALICE, password: '', protocol: 'imap', ip: undefined };

  test('comes in the same tick if everything is in memory', () => {
    expect(house({ passwords }).credential(asked)).toMatchObject({ kind: 'ok', hash: CHEAP });
  });

  test('comes from the database else, and not at all while that is away', async () => {
    expect(await house({ passwords, cache: coldCache }).credential(asked)).toMatchObject({ kind: 'ok' });
    expect(await house({ passwords, cache: awayCache }).credential(asked)).toMatchObject({ kind: 'later' });
  });

  test('is none of who may not use mail', async () => {
    const logins = { [ALICE]: { username: ALICE, userId: '1', usable: false } };
    expect(await house({ passwords, logins }).credential(asked)).toEqual({
      kind: 'disabled',
      because: 'user',
    });
  });

  test('has its salt alone for who may not use mail, in an exchange: of the password that would be tried', async () => {
    const logins = { [ALICE]: { username: ALICE, userId: '1', usable: false } };
    const salts = {
      [ALICE]: [
        credential('1', '{SCRAM-SHA-256}4096,all'),
        credential('2', '{SCRAM-SHA-256}4096,expired', { service: 'imap', isExpired: true }),
        credential('3', '{SCRAM-SHA-1}4096,other', { service: 'imap' }),
      ],
    };
    const exchange = { ...asked, isExchange: true } as const;
    const refusal = { kind: 'disabled', because: 'user' };
    const { credential: look } = house({ logins, salts });
    expect(await look(exchange, 'SCRAM-SHA-256')).toEqual({ ...refusal, hash: '{SCRAM-SHA-256}4096,all' });
    expect(await house({ logins }).credential(exchange, 'SCRAM-SHA-256')).toEqual(refusal);
    expect(await look(asked, 'SCRAM-SHA-256')).toEqual(refusal);
    const away = house({ logins, salts, cache: awayCache });
    expect(await away.credential(exchange, 'SCRAM-SHA-256')).toMatchObject({ kind: 'later' });
  });
});
