import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { Handed } from '../../../../src/auth/hand-out.ts';
import { mechanisms } from '../../../../src/auth/mechanisms/index.ts';
import type { MechanismServices, Refusal, Step } from '../../../../src/auth/mechanisms/mechanism.ts';
import type { Verified } from '../../../../src/auth/verify.ts';
import { found, type Later, later } from '../../../../src/base/answer.ts';

const account = { user: 'user', home: '/', uid: 1, gid: 1, mail: '', quotaBytes: null, quotaMessages: null };

/** The conversations of RFC 5802 5 and RFC 7677 3; both servers took a nonce of their own. */
const rfc = {
  'SCRAM-SHA-1': {
    algorithm: 'sha1',
    salt: 'QSXCR+Q6sek8bf92',
    client: 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
    nonce: '3rfcNHYJY1ZVvWVs7j',
    server: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    proof: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  'SCRAM-SHA-256': {
    algorithm: 'sha256',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    client: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
    nonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    server: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    proof: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
} as const;
type Name = keyof typeof rfc;

function hashOf(name: Name): string {
  const { algorithm, salt } = rfc[name];
  const size = algorithm === 'sha1' ? 20 : 32;
  const salted = pbkdf2Sync('pencil', Buffer.from(salt, 'base64'), 4096, size, algorithm);
  const key = (role: string) => createHmac(algorithm, salted).update(role).digest();
  const stored = createHash(algorithm).update(key('Client Key')).digest('base64');
  return `{${name}}4096,${salt},${stored},${key('Server Key').toString('base64')}`;
}

const credential = {
  id: '7',
  service: 'dovecot',
  label: '',
  mustChange: false,
  isExpired: false,
  isReplaced: false,
  isSuspended: false,
  restoredAt: null,
  networks: [],
  changedAt: '',
};

function begin(
  name: Name,
  outcome?: Handed | (() => Handed),
  decided: MechanismServices['decided'] = () => undefined,
  pseudorandom?: Later,
) {
  const mechanism = mechanisms.find((one) => one.name === name);
  const services: MechanismServices = {
    verify: () => later('not asked'),
    credential: async () => (typeof outcome === 'function' ? outcome() : (outcome ?? owner(hashOf(name)))),
    verifyToken: async () => later('not asked'),
    // The RFC's nonces are text: only its base64 is sent.
    nonce: () => ({ toString: () => rfc[name].nonce }) as unknown as Buffer,
    decided,
    pseudorandom: (seed) => pseudorandom ?? found(createHash('sha256').update(seed).digest()),
  };
  const exchange = mechanism?.begin({ protocol: 'smtp', ip: undefined }, services);
  return async (text: string | undefined): Promise<Step | undefined> => exchange?.step(text);
}
const owner = (hash: string): Handed => ({
  kind: 'ok',
  account,
  hash,
  networks: [],
  credential: { ...credential, hash },
});
const refusedFor = (why: Refusal): Step => ({ kind: 'refused', why });
const said = (step: Step | undefined): string | undefined =>
  step?.kind === 'challenge' ? step.data.toString() : JSON.stringify(step);

describe.each(Object.keys(rfc) as Name[])('%s', (name) => {
  const { client, server, final, proof } = rfc[name];

  test('holds the conversation of its RFC', async () => {
    const say = begin(name);
    expect(said(await say(undefined))).toBe('');
    expect(said(await say(client))).toBe(server);
    expect(await say(final)).toEqual({ kind: 'ok', user: 'user', proof: Buffer.from(proof) });
  });

  const wrong: Record<string, [first: string, last: string, why: string]> = {
    'a wrong proof': [client, final.replace(/p=./, 'p=A'), 'mismatch'],
    'no proof': [client, final.replace(/,p=.*/, ''), 'malformed'],
    'a proof of another size': [client, final.replace(/p=.*/, 'p=AAAA'), 'mismatch'],
    "a nonce that is not the server's": [client, final.replace('r=', 'r=x'), 'malformed'],
    'another channel binding than at first': [client, final.replace('c=biws', 'c=eSws'), 'malformed'],
  };
  test.each(Object.entries(wrong))('%s is refused', async (_, [first, last, why]) => {
    const say = begin(name);
    await say(first);
    expect(await say(last)).toEqual({ kind: 'refused', why });
  });

  const malformed: Record<string, string> = {
    'channel binding': client.replace('n,,', 'p=tls-unique,,'),
    'to act for another': client.replace('n,,', 'n,a=boss,'),
    'an extension that must be known': client.replace('n=user', 'm=x,n=user'),
    'a name with a lone equals sign': client.replace('n=user', 'n=us=er'),
    'no name': client.replace('n=user', 'n='),
    'not UTF-8': '\ufffd',
    nothing: '',
  };
  test.each(Object.entries(malformed))('asked for %s, it refuses', async (_, text) => {
    expect(await begin(name)(text)).toEqual({ kind: 'refused', why: 'malformed' });
  });

  test('who has no such hash gets a salt, the same each time, and fails at the proof', async () => {
    const say = begin(name, { kind: 'unknown' });
    const first = said(await say(client));
    expect(first).toMatch(/^r=.+,s=[\w+/]{22}==,i=50000$/);
    expect(said(await begin(name, { kind: 'unknown' })(client))).toBe(first);
    expect(await say(final)).toEqual({ kind: 'refused', why: 'unknown' });
  });

  test('nobody has one salt however his name is written, as a user has', async () => {
    const saltFor = async (written: string) => {
      const first = await begin(name, { kind: 'unknown' })(`n,,n=${written},r=abc`);
      return /,s=(.+),/.exec(said(first) ?? '')?.[1];
    };
    expect(await saltFor('Ann@Example.org')).toBe(await saltFor('ann@example.org'));
    expect(await saltFor('bob@example.org')).not.toBe(await saltFor('ann@example.org'));
  });

  test.each<[string, Handed, string]>([
    ['a user whom the guard hides', { kind: 'unknown', because: 'guessing', hash: hashOf(name) }, 'mismatch'],
    ['a client from far', { kind: 'unknown', because: 'network', hash: hashOf(name) }, 'mismatch'],
    [
      'a user whose password is expired',
      { kind: 'disabled', because: 'expired', hash: hashOf(name) },
      'disabled',
    ],
    ['a locked user', { kind: 'disabled', because: 'user', hash: hashOf(name) }, 'disabled'],
  ])('%s is shown the salt as before', async (_, handed, why) => {
    const say = begin(name, handed);
    expect(said(await say(client))).toBe(server);
    expect(await say(final)).toEqual({ kind: 'refused', why });
  });

  test.each<[string, Handed | undefined, string, Verified]>([
    [
      'a right proof',
      undefined,
      final,
      { kind: 'ok', account, credential: { ...credential, hash: hashOf(name) } },
    ],
    ['a wrong proof', undefined, final.replace(/p=./, 'p=A'), { kind: 'mismatch' }],
    ['nobody of that name', { kind: 'unknown' }, final, { kind: 'unknown' }],
    ['no such hash', { kind: 'unknown', because: 'scheme' }, final, { kind: 'mismatch', because: 'scheme' }],
    ['a guard', { kind: 'unknown', because: 'guessing' }, final, { kind: 'mismatch', because: 'guessing' }],
    ['a locked user', { kind: 'disabled', because: 'user' }, final, { kind: 'disabled', because: 'user' }],
  ])('%s is told once, at the proof', async (_, outcome, last, verified) => {
    const decided = vi.fn();
    const say = begin(name, outcome, decided);
    await say(client);
    expect(decided).not.toHaveBeenCalled();
    await say(last);
    const asked = { user: 'user', password: '', protocol: 'smtp', ip: undefined };
    expect(decided.mock.calls).toEqual([[asked, verified]]);
  });

  test('a database that is away is later', async () => {
    expect(await begin(name, later('away'))(client)).toEqual(later('away'));
  });

  test.each<[string, Handed, Step]>([
    ['suspended', { kind: 'disabled', because: 'suspended', hash: hashOf(name) }, refusedFor('disabled')],
    ['changed', owner(`{${name}}4096,c2FsdA==,AAAA,AAAA`), refusedFor('mismatch')],
    ['not to be found out', later('away'), later('away')],
  ])('what is %s while the client computes its proof proves nothing', async (_, then, answer) => {
    const decided = vi.fn();
    const handed = [owner(hashOf(name)), then];
    const say = begin(name, () => handed.shift() as Handed, decided);
    expect(said(await say(client))).toBe(server);
    expect(await say(final)).toEqual(answer);
    expect(decided).toHaveBeenCalledTimes(1);
  });

  test.each<[string, Handed | undefined]>([
    ['nobody', { kind: 'unknown' }],
    ['a user alike', undefined],
  ])('while no salt can be made for nobody it is later, for %s', async (_, outcome) => {
    const decided = vi.fn();
    expect(await begin(name, outcome, decided, later('away'))(client)).toEqual(later('away'));
    expect(decided).not.toHaveBeenCalled();
  });
});
