/** tokens — is this JWT good here, and whose is it?
 *
 * The keys are a JWKS or public keys and certificates in PEM, whose text is asked for each time, so that
 * a new key needs no restart.
 *
 * source   RFC 7519, RFC 7515, RFC 8725 (algorithms are ours to choose, never the token's)
 * security issuer, audience and expiry are demanded; `none` does not exist, and a public key is never
 *          used as a secret: the algorithms are a list. An e-mail address that the issuer says it has
 *          not verified names nobody. A token stands in no log
 * bugs     a token is good until it expires, whatever its issuer thinks of it meanwhile */

import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWTPayload, JWTVerifyOptions } from 'jose';
import { type Later, later } from '../base/answer.ts';
import { type Clock, type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { printable, reasonOf } from '../base/text.ts';
import type { Tokens, TokenVerdict } from './mechanisms/mechanism.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** JWS names: `RS256`, `ES256`, `EdDSA`. */
  readonly algorithms: readonly string[];
  /** The claim that names the user. */
  readonly userClaim: string;
  /** A scope that the token must have; null demands none. */
  readonly scope: string | null;
}

export interface TokenParts extends TokenRules {
  /** The text of the keys. Rejects when it cannot be read. */
  readonly keys: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const MAX_TOKEN = 12_000;
/** How far the issuer's clock may be from ours. */
const TOLERANCE: Milliseconds = seconds(10);

export function createTokens(parts: TokenParts): Tokens {
  const { clock, log } = parts;
  let known: { readonly text: string; readonly keys: Keys } | undefined;

  async function keys(): Promise<Keys | Later> {
    try {
      const text = await parts.keys();
      if (known?.text !== text) known = { text, keys: parseKeys(text) };
      return known.keys;
    } catch (error) {
      log.error('token.keys', { why: reasonOf(error) });
      return later('the keys of tokens cannot be read');
    }
  }

  return {
    async verify(token) {
      if (token.length > MAX_TOKEN) return { kind: 'invalid', why: 'too long' };
      const current = await keys();
      if ('kind' in current) return current;
      const verdict = await verifyWith(current, token, parts, clock.date());
      if (verdict.kind === 'invalid') log.info('token.invalid', { why: printable(verdict.why) });
      return verdict;
    },
  };
}

type Keys = { readonly set: JSONWebKeySet } | { readonly keys: readonly KeyObject[] };

const PEM = /-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----[^-]+-----END (?:PUBLIC KEY|CERTIFICATE)-----/g;

/** Throws for what is neither. */
export function parseKeys(text: string): Keys {
  if (text.trimStart().startsWith('{')) {
    const set: unknown = JSON.parse(text);
    if (!isKeySet(set)) throw new Error('the file is JSON and no JWKS: it has no "keys"');
    return { set };
  }
  const keys = (text.match(PEM) ?? []).map((pem) => createPublicKey(pem));
  if (keys.length === 0) throw new Error('the file is no JWKS, and has no public key or certificate in PEM');
  return { keys };
}

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys);

async function verifyWith(keys: Keys, token: string, rules: TokenRules, now: Date): Promise<TokenVerdict> {
  // Heavy, and of no use to a host without tokens.
  const { createLocalJWKSet, errors, jwtVerify } = await import('jose');
  const options: JWTVerifyOptions = {
    algorithms: [...rules.algorithms],
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['exp', rules.userClaim],
    clockTolerance: TOLERANCE / 1000,
    currentDate: now,
  };
  const attempt = async (key: KeyObject | Parameters<typeof jwtVerify>[1]): Promise<TokenVerdict> => {
    const { payload } = await jwtVerify(token, key as never, options);
    return judge(payload, rules);
  };
  try {
    if ('keys' in keys) return await anyOf(keys.keys, attempt);
    try {
      return await attempt(createLocalJWKSet(keys.set) as never);
    } catch (error) {
      // A token without a key id, and several keys that could have signed it.
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      const candidates: unknown[] = [];
      for await (const key of error) candidates.push(key);
      return await anyOf(candidates as KeyObject[], attempt);
    }
  } catch (error) {
    // What is wrong with the token has a code of its own; a key that does not fit the algorithm has none.
    if (error instanceof errors.JOSEError) return { kind: 'invalid', why: error.code };
    if (error instanceof TypeError) return { kind: 'invalid', why: 'no key for its algorithm' };
    return later(reasonOf(error));
  }
}

/** The first key that fits; what the last one said of the token, when none does. */
async function anyOf(
  keys: readonly KeyObject[],
  attempt: (key: KeyObject) => Promise<TokenVerdict>,
): Promise<TokenVerdict> {
  let last: unknown = new TypeError('no key');
  for (const key of keys) {
    try {
      return await attempt(key);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function judge(payload: JWTPayload, { userClaim, scope }: TokenRules): TokenVerdict {
  const user = payload[userClaim];
  if (typeof user !== 'string' || user === '') return { kind: 'invalid', why: `${userClaim} is no text` };
  if (userClaim === 'email' && !isVerified(payload.email_verified)) {
    return { kind: 'invalid', why: 'the address is not verified' };
  }
  const scopes = scopesOf(payload.scope ?? payload.scp);
  if (scope !== null && !scopes.includes(scope)) return { kind: 'invalid', why: 'the scope is missing' };
  return { kind: 'ok', user, expiresAt: payload.exp as number, scope: scopes.join(' ') };
}

/** Not every issuer says it at all, and some say it as text. */
const isVerified = (claim: unknown): boolean => claim === undefined || claim === true || claim === 'true';

const scopesOf = (claim: unknown): string[] =>
  (Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(' ') : []).filter(
    (scope): scope is string => typeof scope === 'string' && scope !== '',
  );
