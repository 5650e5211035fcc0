/** owners — whose lists decide about mail to an address.
 *
 * The user whose mailbox it is, or to whom alone it leads. A group has no user: one member's list must not
 * keep mail from the others. The domain is that in which the address was found, behind an alias domain. */

import { type Address, type Domain, domainOf, parseAddress } from '../../base/address.ts';
import { type Answer, found, later } from '../../base/answer.ts';
import { expandFrom } from '../../lookup/expand.ts';
import { type Asking, keyOf, locate, loginAt, type Rules, tellLastKnown } from '../../lookup/resolve.ts';
import { EVERYBODY } from './precedence.ts';

export interface Owners {
  /** Undefined where it is no single user. */
  readonly login: string | undefined;
  /** Of all lists that decide, the first that is asked first. */
  readonly names: readonly string[];
}

/** Whether it is only what the database said last. */
export type KnownOwners = Owners & { readonly lastKnown: boolean };

/** The lists of a user, of a domain, of the administrator. */
export const ownersAt = (login: string | undefined, domain: Domain | undefined): Owners => ({
  login,
  names: [
    ...(login === undefined ? [] : [login]),
    ...(domain === undefined ? [] : [`@${domain}`]),
    EVERYBODY,
  ],
});

const noneOfOurs = ownersAt(undefined, undefined);

export function* ownersOf(asked: string, rules: Rules): Asking<Answer<KnownOwners>> {
  const recipient = parseAddress(asked);
  if (!recipient) return found({ ...noneOfOurs, lastKnown: false });
  const { value, lastKnown } = yield* tellLastKnown(ownersBehind(recipient, rules));
  return value.kind === 'found' ? found({ ...value.value, lastKnown }) : value;
}

function* ownersBehind(recipient: Address, rules: Rules): Asking<Answer<Owners>> {
  const location = yield* locate(recipient, rules);
  if (location.kind === 'elsewhere') return found(noneOfOurs);
  const domain = domainOf(keyOf(location) ?? recipient);
  const login = loginAt(location);
  if (login !== undefined || location.kind !== 'alias') return found(ownersAt(login, domain));
  const expansion = yield* expandFrom(recipient, location, rules);
  if (expansion.kind === 'unproven') return later(expansion.why);
  const [target, ...others] = expansion.kind === 'targets' ? expansion.targets : [];
  const isAlone = target?.kind === 'mailbox' && others.length === 0;
  return found(ownersAt(isAlone ? loginAt(yield* locate(target.address, rules)) : undefined, domain));
}
