/** relaying — domains whose mail is passed on: `relay` to its transport, `backup` for another host.
 *
 * refused  a transport of a domain that keeps its mail, a relay domain without one */

import type { Domain } from '../base/address.ts';
import { type Refused, refused } from './outcome.ts';

export type DomainType = 'virtual' | 'alias' | 'relay' | 'backup';

/** `transport`: undefined leaves it as it is, null takes it away. Without one a backup domain's mail goes
 * where its MX records say. */
export function refusedTransport(
  domain: Domain,
  type: DomainType,
  transport: string | null | undefined,
): Refused | undefined {
  const isPassedOn = type === 'relay' || type === 'backup';
  if (transport !== undefined && !isPassedOn) {
    return refused(
      `mail for ${domain} is not passed on, it is ${type === 'alias' ? 'an alias domain' : 'a domain with mailboxes'}`,
      'remove it and add it again with --type relay or --type backup',
    );
  }
  if (transport !== null || type !== 'relay') return undefined;
  return refused(`the relay domain ${domain} needs a transport`, 'give one: --transport smtp:[10.0.0.7]:25');
}
