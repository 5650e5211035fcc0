/** introspect — what a token opens, for Dovecot: is it good, and does its owner exist and may use mail?
 *
 * bugs     Dovecot does not say where its client is: who may log in from some networks only may not so */

import type { Later } from '../base/answer.ts';
import type { Account } from '../protocol/login.ts';
import type { Logins } from './verify.ts';

export type Introspected =
  | { readonly kind: 'active'; readonly account: Account; readonly expiresAt: number; readonly scope: string }
  /** Not good here, or nobody's; the client is not told which. */
  | { readonly kind: 'inactive' }
  | Later;

/** Never rejects. */
export async function introspect(
  token: string,
  { verifyToken }: Pick<Logins, 'verifyToken'>,
): Promise<Introspected> {
  const verified = await verifyToken({ user: '', password: token, protocol: '', ip: undefined });
  if (verified.kind === 'later') return verified;
  if (verified.kind !== 'ok' || !verified.token) return { kind: 'inactive' };
  return { kind: 'active', account: verified.account, ...verified.token };
}
