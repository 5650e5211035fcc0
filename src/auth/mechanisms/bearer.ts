/** bearer — the family of OAUTHBEARER and XOAUTH2: a token instead of a password.
 *
 * The token says whose it is; a name that the client says too must be the same user's.
 *
 * source   RFC 7628 3.2.2: a refusal is told in JSON first, the client answers, then it is refused
 * security the token is neither logged nor answered */

import {
  decodeText,
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
    begin: (_, services) => converse(services, read, refusal),
  };
}

function converse(
  services: MechanismServices,
  read: (text: string) => Presented | undefined,
  refusal: Readonly<Record<string, string>>,
): Exchange {
  let verdict: Step | undefined;
  return {
    async step(response) {
      if (verdict) return verdict;
      if (response === undefined) return { kind: 'challenge', data: Buffer.alloc(0) };
      const presented = read(decodeText(response) ?? '');
      if (!presented) return refused('malformed');
      const step = await verify(presented, services);
      if (step.kind !== 'refused') return step;
      verdict = step;
      return { kind: 'challenge', data: Buffer.from(JSON.stringify(refusal)) };
    },
  };
}

async function verify({ user, token }: Presented, { tokens, admits }: MechanismServices): Promise<Step> {
  const verdict = await tokens?.verify(token);
  if (verdict?.kind === 'later') return verdict;
  if (verdict?.kind !== 'ok') return refused('token');
  const owner = stepOf(await admits(verdict.user));
  if (owner.kind !== 'ok' || user === '') return owner;
  const claimed = stepOf(await admits(user));
  if (claimed.kind === 'later') return claimed;
  return claimed.kind === 'ok' && claimed.user === owner.user ? owner : refused('mismatch');
}
