import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { mechanisms } from '../../../../src/auth/mechanisms/index.ts';
import type { MechanismServices, Step } from '../../../../src/auth/mechanisms/mechanism.ts';
import { later } from '../../../../src/base/answer.ts';
import type { CredentialOutcome } from '../../../../src/protocol/login.ts';

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

function begin(name: Name, outcome?: CredentialOutcome) {
  const mechanism = mechanisms.find((one) => one.name === name);
  const services: MechanismServices = {
    verify: () => later('not asked'),
    credential: async () => outcome ?? { kind: 'ok', account, hash: hashOf(name), networks: [] },
    admits: async () => later('not asked'),
    tokens: undefined,
    // The RFC's nonces are text: only its base64 is sent.
    nonce: () => ({ toString: () => rfc[name].nonce }) as unknown as Buffer,
    proved: () => undefined,
    pseudorandom: (seed) => createHash('sha256').update(seed).digest(),
  };
  const exchange = mechanism?.begin({ protocol: 'smtp', ip: undefined }, services);
  return async (text: string | undefined): Promise<Step | undefined> =>
    exchange?.step(text === undefined ? undefined : Buffer.from(text));
}
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

  test('a database that is away is later', async () => {
    expect(await begin(name, later('away'))(client)).toEqual(later('away'));
  });
});
