/** introspect — what a token opens, for Dovecot: is it good, and does its owner exist and may use mail? */

import { type Later, later } from '../base/answer.ts';
import type { Account, UserOutcome } from '../protocol/login.ts';
import type { Tokens } from './mechanisms/mechanism.ts';

export type Introspected =
  | { readonly kind: 'active'; readonly account: Account; readonly expiresAt: number; readonly scope: string }
  /** Not good here, or nobody's; the client is not told which. */
  | { readonly kind: 'inactive' }
  | Later;

export interface IntrospectParts {
  /** Undefined where no keys are set: then nothing is known of any token. */
  readonly tokens: Tokens | undefined;
  readonly admits: (user: string) => Promise<UserOutcome>;
}

/** Never rejects. */
export async function introspect(token: string, { tokens, admits }: IntrospectParts): Promise<Introspected> {
  if (!tokens) return later('no keys are set (DOVETAIL_JWT_KEYS)');
  const verdict = await tokens.verify(token);
  if (verdict.kind === 'later') return verdict;
  if (verdict.kind === 'invalid') return { kind: 'inactive' };
  const owner = await admits(verdict.user);
  if (owner.kind === 'later') return owner;
  if (owner.kind !== 'ok') return { kind: 'inactive' };
  return { kind: 'active', account: owner.account, expiresAt: verdict.expiresAt, scope: verdict.scope };
}
