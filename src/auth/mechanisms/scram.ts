/** scram — the family of SCRAM-SHA-1 and SCRAM-SHA-256: the client proves that it has the password, the
 * server that it has its hash, and neither says it.
 *
 * source   RFC 5802, RFC 7677; channel binding (-PLUS) is not offered: the mail server owns the TLS
 * security an unknown user gets a salt too, the same each time and everywhere, and fails at the proof like all others. Where
 *          none can be made nobody gets one: else it would tell who exists
 * bugs     a hash that was made elsewhere may have other iterations than ours, which nobody's has. A user with several SCRAM passwords for one service can use the first alone: one salt fits
 *          in the answer. No string is prepared (SASLprep), as Dovecot does not */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalOf } from '../../base/address.ts';
import type { Later } from '../../base/answer.ts';
import type { LoginRequest } from '../../protocol/login.ts';
import type { Handed } from '../hand-out.ts';
import type { Verified } from '../verify.ts';
import {
  type Client,
  challenge,
  type Exchange,
  type Mechanism,
  type MechanismServices,
  refused,
  type Step,
  stepOf,
} from './mechanism.ts';

/** What new SCRAM hashes have (schemes/scram.ts): a salt for nobody must not look different. */
const ITERATIONS = '50000';
const SALT_BYTES = 16;
const mismatch: Verified = { kind: 'mismatch' };

type Keys =
  | {
      readonly kind: 'keys';
      readonly owner: Extract<Handed, { kind: 'ok' }>;
      readonly stored: Buffer;
      readonly server: Buffer;
    }
  /** Whatever the proof. */
  | { readonly kind: 'none'; readonly verdict: Verified };

interface Known {
  readonly kind: 'known';
  readonly salt: string;
  readonly iterations: string;
  readonly keys: Keys;
}

interface Opening {
  readonly header: string;
  readonly bare: string;
  readonly user: string;
  readonly nonce: string;
}

export function scram(name: string, algorithm: 'sha1' | 'sha256'): Mechanism {
  const hmac = (key: Buffer, text: string): Buffer => createHmac(algorithm, key).update(text).digest();

  async function keysOf(
    { user }: Opening,
    client: Client,
    services: MechanismServices,
  ): Promise<Known | Later> {
    // A user has one salt, however his name is written; nobody too.
    const whose = canonicalOf(user);
    const nobodys = await services.pseudorandom(`${name} ${whose}`);
    if (nobodys.kind === 'later') return nobodys;
    const asked = { user, password: '', isExchange: true, ...client } as const;
    const outcome = await services.credential(asked, name);
    if (outcome.kind === 'later') return outcome;
    const hash = 'hash' in outcome ? outcome.hash?.slice(name.length + 2) : undefined;
    const [
      iterations = ITERATIONS,
      salt = nobodys.value.subarray(0, SALT_BYTES).toString('base64'),
      stored = '',
      server = '',
    ] = hash?.split(',') ?? [];
    if (outcome.kind !== 'ok') {
      return { kind: 'known', salt, iterations, keys: { kind: 'none', verdict: verdictOn(outcome) } };
    }
    const keys = { stored: Buffer.from(stored, 'base64'), server: Buffer.from(server, 'base64') };
    return { kind: 'known', salt, iterations, keys: { kind: 'keys', owner: outcome, ...keys } };
  }

  function judge(proof: Buffer, text: string, keys: Keys): Verified {
    if (keys.kind === 'none') return keys.verdict;
    const signature = hmac(keys.stored, text);
    if (proof.length !== signature.length) return mismatch;
    const clientKey = proof.map((octet, n) => octet ^ (signature[n] as number));
    const stored = createHash(algorithm).update(clientKey).digest();
    if (stored.length !== keys.stored.length || !timingSafeEqual(stored, keys.stored)) return mismatch;
    const { account, credential } = keys.owner;
    return { kind: 'ok', account, credential };
  }

  function begin(client: Client, services: MechanismServices): Exchange {
    let opening: Opening | undefined;
    let first = '';
    let keys: Keys = { kind: 'none', verdict: mismatch };

    async function open(text: string): Promise<Step> {
      opening = readOpening(text);
      if (!opening) return refused('malformed');
      const known = await keysOf(opening, client, services);
      if (known.kind === 'later') return known;
      keys = known.keys;
      const nonce = opening.nonce + services.nonce().toString('base64');
      first = `r=${nonce},s=${known.salt},i=${known.iterations}`;
      return challenge(first);
    }

    async function close(text: string, { header, bare, user }: Opening): Promise<Step> {
      const [, withoutProof = '', proof = ''] = /^(.*),p=([^,]*)$/s.exec(text) ?? [];
      const nonce = first.slice(0, first.indexOf(','));
      const binding = `c=${Buffer.from(header).toString('base64')}`;
      if (withoutProof !== `${binding},${nonce}` && !withoutProof.startsWith(`${binding},${nonce},`)) {
        return refused('malformed');
      }
      const message = `${bare},${first},${withoutProof}`;
      const asked = { user, password: '', ...client };
      const proven = judge(Buffer.from(proof, 'base64'), message, keys);
      const verified =
        keys.kind === 'keys' && proven.kind === 'ok' ? await stillSo(proven, keys, asked) : proven;
      services.decided(asked, verified);
      const step = stepOf(verified);
      if (step.kind !== 'ok' || keys.kind !== 'keys') return step;
      return { ...step, proof: Buffer.from(`v=${hmac(keys.server, message).toString('base64')}`) };
    }

    /** The client may have taken minutes to answer: what was taken away meanwhile proves nothing. */
    async function stillSo(
      proven: Verified,
      { owner }: Keys & { kind: 'keys' },
      asked: LoginRequest,
    ): Promise<Verified> {
      const now = await services.credential({ ...asked, isProven: true }, name);
      if (now.kind === 'later') return now;
      if (now.kind !== 'ok') return verdictOn(now);
      return now.hash === owner.hash ? proven : mismatch;
    }

    return {
      step(message) {
        if (message === undefined) return challenge('');
        return opening ? close(message, opening) : open(message);
      },
    };
  }

  return { name, flags: ['mutual-auth'], begin };
}

/** Why nothing can be proved, as of a password that was looked at. */
const verdictOn = (outcome: Exclude<Handed, { kind: 'ok' | 'later' }>): Verified =>
  outcome.kind === 'unknown' && outcome.because !== undefined
    ? { kind: 'mismatch', because: outcome.because }
    : outcome.kind === 'unknown'
      ? { kind: 'unknown' }
      : outcome;

// `y`: the client could bind a channel and believes that we cannot, which is so. `p=` is refused.
const OPENING =
  /^(?<header>[ny],(?:a=(?<authorization>[^,]*))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s;

/** Undefined for what is no client-first-message, or asks to act for another. */
function readOpening(text: string): Opening | undefined {
  const { header, bare, name, nonce, authorization } = OPENING.exec(text)?.groups ?? {};
  const user = unquote(name ?? '');
  if (header === undefined || bare === undefined || nonce === undefined || !user) return undefined;
  if (authorization !== undefined && unquote(authorization) !== user) return undefined;
  return { header, bare, user, nonce };
}

/** `=2C` is a comma and `=3D` an equals sign; any other `=` is an error. */
function unquote(name: string): string | undefined {
  if (/=(?!2C|3D)/.test(name) || name.includes('\0')) return undefined;
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
