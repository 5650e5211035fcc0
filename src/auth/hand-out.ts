/** hand-out — which of a user's passwords is handed to who compares by himself: Dovecot, SCRAM.
 *
 * One is all that can be told: that of the service itself, else that of all mail. */

import type { Later } from '../base/answer.ts';
import type { Account, CredentialOutcome, LoginRequest } from '../protocol/login.ts';
import { type Objection, objectionAnywhere, objectionTo } from './admit.ts';
import type { CredentialFacts } from './facts.ts';
import { openingOnes } from './services.ts';

/** A hash, or why there is none. */
export type Handed =
  | (Extract<CredentialOutcome, { kind: 'ok' }> & { readonly credential: CredentialFacts })
  | {
      readonly kind: 'disabled';
      readonly because: 'user' | 'expired' | 'must-change' | 'suspended';
      readonly hash?: string;
    }
  /** Without a `because` there is no such user. Peers are not told it. With a `hash`, here as above, the client is
   * shown the salt that it would be shown else: another would tell that there is such a user. */
  | { readonly kind: 'unknown'; readonly because?: Hidden; readonly hash?: string }
  | Later;

/** Why nothing is handed out to a user who exists. */
export type Hidden = 'guessing' | 'scheme' | Extract<Objection, { kind: 'mismatch' }>['because'];

/** Of the passwords of an account, the first of this scheme, if one is named. */
export function handOut(
  request: LoginRequest,
  scheme: string | undefined,
  account: Account,
  passwords: readonly CredentialFacts[],
): Handed {
  const { chosen, objection } = choose(request, scheme, passwords);
  if (!chosen) return { kind: 'unknown', because: 'scheme' };
  const { hash, networks } = chosen;
  if (!objection) return { kind: 'ok', account, hash, networks, credential: chosen };
  return objection.kind === 'disabled'
    ? { ...objection, hash }
    : { kind: 'unknown', because: objection.because, hash };
}

/** The hash whose salt `handOut` would have shown. */
export const saltShown = (
  request: LoginRequest,
  scheme: string | undefined,
  passwords: readonly CredentialFacts[],
): string | undefined => choose(request, scheme, passwords).chosen?.hash;

/** The narrow one first; of those that open nothing, where no other is. */
function choose(request: LoginRequest, scheme: string | undefined, passwords: readonly CredentialFacts[]) {
  const opening = openingOnes(passwords, request.protocol).filter(
    ({ hash }) => scheme === undefined || hash.startsWith(`{${scheme}}`),
  );
  // Who asks compares the password, and is told the networks to compare them too; who asks for a
  // scheme tells the network now.
  const objectionOf = (one: CredentialFacts) =>
    scheme === undefined ? objectionAnywhere(one) : objectionTo(one, request);
  const narrowFirst = (ones: readonly CredentialFacts[]) =>
    ones.find(({ service }) => service !== 'dovecot') ?? ones[0];
  const chosen = narrowFirst(opening.filter((one) => !objectionOf(one))) ?? narrowFirst(opening);
  return { chosen, objection: chosen && objectionOf(chosen) };
}
