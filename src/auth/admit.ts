/** admit — the password was right: does it open this door, now, from there?
 *
 * security asked only after the comparison: what stands against a password is told to who knows it.
 *          A peer hears `mismatch` of what depends on the client (network, app password), as it
 *          would of a password that is wrong; the reason is for the log and for `auth test` */

import { isInNetworks } from '../base/network.ts';
import type { LoginRequest } from '../protocol/login.ts';
import type { CredentialFacts } from './facts.ts';

/** What stands against a password depends on these of its facts. */
type Limited = Pick<CredentialFacts, 'isReplaced' | 'isExpired' | 'mustChange' | 'isSuspended' | 'networks'>;

export type Objection =
  | { readonly kind: 'disabled'; readonly because: 'must-change' | 'expired' | 'suspended' }
  | { readonly kind: 'mismatch'; readonly because: 'network' | 'app-password-needed' };

/** Undefined: it opens for this client. */
export type ObjectionTo = (credential: Limited, client: Pick<LoginRequest, 'ip'>) => Objection | undefined;

export const objectionTo: ObjectionTo = (credential, { ip }) => {
  const { networks } = credential;
  const isFar = networks.length > 0 && (ip === undefined || !isInNetworks(ip, networks));
  return isFar ? { kind: 'mismatch', because: 'network' } : objectionAnywhere(credential);
};

/** Undefined: it opens, for clients in its networks. */
export function objectionAnywhere({
  isReplaced,
  isExpired,
  mustChange,
  isSuspended,
}: Omit<Limited, 'networks'>): Objection | undefined {
  if (isReplaced) return { kind: 'mismatch', because: 'app-password-needed' };
  if (isSuspended) return { kind: 'disabled', because: 'suspended' };
  if (isExpired) return { kind: 'disabled', because: 'expired' };
  return mustChange ? { kind: 'disabled', because: 'must-change' } : undefined;
}
