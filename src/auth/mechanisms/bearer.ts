/** bearer — the family of OAUTHBEARER and XOAUTH2: a token instead of a password.
 *
 * The token says whose it is; a name that the client says too must be the same user's.
 *
 * source   RFC 7628 3.2.2: a refusal is told in JSON first, the client answers, then it is refused
 * security the token is neither logged nor answered */

import type { Verified } from '../verify.ts';
import {
  type Client,
  type Exchange,
  type Mechanism,
  type MechanismServices,
  refused,
  type Step,
  stepOf,
} from './mechanism.ts';

export interface Presented {
  /** As the client calls itself; empty if it does not. */
  readonly user: string;
  readonly token: string;
}

/** What the client is told before it is refused. */
const REFUSAL = { status: 'invalid_token', schemes: 'bearer' };

/** `read` finds name and token in the client's message; undefined for what is none. */
export function bearer(
  name: string,
  read: (text: string) => Presented | undefined,
  refusal: Readonly<Record<string, string>> = REFUSAL,
): Mechanism {
  return {
    name,
    flags: ['plaintext'],
    needsTokens: true,
    begin: (client, services) => converse(client, services, read, refusal),
  };
}

function converse(
  client: Client,
  services: MechanismServices,
  read: (text: string) => Presented | undefined,
  refusal: Readonly<Record<string, string>>,
): Exchange {
  let verdict: Step | undefined;
  return {
    async step(message) {
      if (verdict) return verdict;
      if (message === undefined) return { kind: 'challenge', data: Buffer.alloc(0) };
      const presented = read(message);
      if (!presented) return refused('malformed');
      const { user, token: password } = presented;
      const verified = await services.verifyToken({ user, password, ...client });
      const step = isBad(verified) ? refused('token') : stepOf(verified);
      if (step.kind !== 'refused') return step;
      verdict = step;
      return { kind: 'challenge', data: Buffer.from(JSON.stringify(refusal)) };
    },
  };
}

const isBad = (verified: Verified): boolean => verified.kind === 'mismatch' && verified.because === 'token';
