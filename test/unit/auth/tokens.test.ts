import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createTokens, type TokenRules } from '../../../src/auth/tokens.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { AUDIENCE, createIssuer, ISSUER, type Issuer } from '../../support/tokens.ts';

const rules: TokenRules = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256'],
  userClaim: 'email',
  scope: null,
};
const tokensOf = (keys: string | (() => Promise<string>), changes: Partial<TokenRules> = {}) =>
  createTokens({
    ...rules,
    ...changes,
    keys: typeof keys === 'string' ? async () => keys : keys,
    clock: systemClock,
    log: silent,
  });
const email = 'alice@example.org';
const now = Math.floor(Date.now() / 1000);

let issuer: Issuer;
let stranger: Issuer;
beforeAll(async () => {
  issuer = await createIssuer();
  stranger = await createIssuer();
});

describe('a token is good', () => {
  test('with a JWKS, with PEM, with and without a key id, among the keys of others', async () => {
    const token = await issuer.sign({ email, scope: 'openid mail' });
    const good = { kind: 'ok', user: email, scope: 'openid mail', expiresAt: expect.any(Number) };
    expect(await tokensOf(issuer.jwks).verify(token)).toEqual(good);
    expect(await tokensOf(issuer.pem).verify(token)).toEqual(good);
    expect(await tokensOf(stranger.pem + issuer.pem).verify(token)).toEqual(good);
    const both = JSON.stringify({
      keys: [stranger, issuer].flatMap(({ jwks }) =>
        JSON.parse(jwks).keys.map((key: object) => ({ ...key, kid: undefined })),
      ),
    });
    expect(await tokensOf(both).verify(await issuer.sign({ email, scope: 'openid mail' }, {}))).toEqual(good);
  });

  test('with the scope that is demanded, as text or as a list', async () => {
    const tokens = tokensOf(issuer.jwks, { scope: 'mail' });
    expect(await tokens.verify(await issuer.sign({ email, scope: 'a mail' }))).toMatchObject({ kind: 'ok' });
    expect(await tokens.verify(await issuer.sign({ email, scp: ['mail'] }))).toMatchObject({ kind: 'ok' });
    expect(await tokens.verify(await issuer.sign({ email, scope: 'mailing' }))).toMatchObject({
      kind: 'invalid',
    });
  });

  test.each([true, 'true', undefined])(
    'with an address of which the issuer says verified: %j',
    async (said) => {
      const token = await issuer.sign({ email, email_verified: said as never });
      expect(await tokensOf(issuer.jwks).verify(token)).toMatchObject({ kind: 'ok' });
    },
  );

  test('after its key was changed in the file', async () => {
    let text = stranger.jwks;
    const tokens = tokensOf(async () => text);
    const token = await issuer.sign({ email });
    expect(await tokens.verify(token)).toMatchObject({ kind: 'invalid' });
    text = issuer.jwks;
    expect(await tokens.verify(token)).toMatchObject({ kind: 'ok' });
  });
});

const secret = new TextEncoder().encode('x'.repeat(64));
const claims = { iss: ISSUER, aud: AUDIENCE, exp: now + 60, email };
const bad: Record<string, () => Promise<string> | string> = {
  'of another issuer': () => issuer.sign({ email, iss: 'https://elsewhere.example' }),
  'for another audience': () => issuer.sign({ email, aud: 'wiki' }),
  expired: () => issuer.sign({ email, exp: now - 60 }),
  'without an expiry': () => issuer.sign({ email, exp: undefined }),
  'not good yet': () => issuer.sign({ email, nbf: now + 60 }),
  'without a user': () => issuer.sign({}),
  'whose user is no text': () => issuer.sign({ email: 7 as never }),
  'whose address is not verified': () => issuer.sign({ email, email_verified: false }),
  'whose address is not verified, as text': () => issuer.sign({ email, email_verified: 'false' as never }),
  'whose address is verified by nobody knows what': () => issuer.sign({ email, email_verified: 0 as never }),
  "signed by a stranger under the issuer's key id": () => stranger.sign({ email }),
  'not signed': () => new UnsecuredJWT(claims).encode(),
  'signed with a shared secret': () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret),
  'signed with the public key as if it were a secret': () =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(issuer.pem)),
  'that was changed': async () => (await issuer.sign({ email })).replace(/\.[^.]+\./, '.eyJlbWFpbCI6IngifQ.'),
  'no token': () => 'secret',
  nothing: () => '',
  'too long': () => 'x'.repeat(20_000),
};
test.each(Object.entries(bad))('a token %s is invalid', async (_, make) => {
  const token = await make();
  expect(await tokensOf(issuer.jwks).verify(token)).toMatchObject({ kind: 'invalid' });
  expect(await tokensOf(issuer.pem).verify(token)).toMatchObject({ kind: 'invalid' });
});

const unreadable: Record<string, () => Promise<string>> = {
  'cannot be read': () => Promise.reject(new Error('ENOENT')),
  'are none': async () => 'nothing',
  'are JSON and no JWKS': async () => '{}',
};
test.each(Object.entries(unreadable))('while the keys %s, nothing is known of a token', async (_, keys) => {
  expect(await tokensOf(keys).verify(await issuer.sign({ email }))).toMatchObject({ kind: 'later' });
});
