/** owners — whose lists decide about mail to an address.
 *
 * The user whose mailbox it is, or to whom alone it leads. A group has no user: one member's list must not
 * keep mail from the others. The domain is that in which the address was found, behind an alias domain. */

import type { Address, Domain } from '../../base/address.ts';
import { domainOf } from '../../base/address.ts';
import { type Answer, found, later } from '../../base/answer.ts';
import { expandFrom } from '../../lookup/expand.ts';
import { type Asking, keyOf, locate, loginAt, type Rules } from '../../lookup/resolve.ts';

export interface Owners {
  readonly login?: string | undefined;
  readonly domain?: Domain | undefined;
}

export function* ownersOf(recipient: Address, rules: Rules): Asking<Answer<Owners>> {
  const location = yield* locate(recipient, rules);
  if (location.kind === 'elsewhere') return found({});
  const domain = domainOf(keyOf(location) ?? recipient);
  const login = loginAt(location);
  if (login !== undefined || location.kind !== 'alias') return found({ login, domain });
  const expansion = yield* expandFrom(recipient, location, rules);
  if (expansion.kind === 'unproven') return later(expansion.why);
  const [target, ...others] = expansion.kind === 'targets' ? expansion.targets : [];
  if (target?.kind !== 'mailbox' || others.length > 0) return found({ domain });
  return found({ login: loginAt(yield* locate(target.address, rules)), domain });
}
