/** virtual_alias_maps — where mail for an address goes, aliases followed to the end.
 *
 * source   postfix virtual(5): addresses separated by commas; Postfix looks each of them up
 *          again until one yields itself or nothing
 *
 * A plain mailbox is no alias: absent, and Postfix goes on to virtual_mailbox_maps. But an
 * absence must be proven, so while the database is away a mailbox that is only last known
 * answers with itself, which means the same to Postfix and claims nothing. */

import { type Address, domainOf, parseAddress } from '../../base/address.ts';
import { type Answer, absent, found, later, unreachable } from '../../base/answer.ts';
import { expandFrom } from '../expand.ts';
import { type Asking, type Location, locate, type Rules } from '../resolve.ts';
import type { Table } from './table.ts';

export const virtualAliasMaps: Table = {
  name: 'virtual_alias_maps',
  words: 'where mail for an address goes',
  asks: 'address',
  *answer(key, rules) {
    const address = parseAddress(key);
    return address ? yield* answerAddress(address, yield* locate(address, rules), rules) : absent;
  },
};

function* answerAddress(address: Address, location: Location, rules: Rules): Asking<Answer<string>> {
  switch (location.kind) {
    case 'mailbox': {
      const inAliasDomain = domainOf(location.address) !== domainOf(address);
      return inAliasDomain || location.lastKnown ? found(location.address) : absent;
    }
    case 'alias':
      return yield* answerAlias(address, location, rules);
    case 'refused':
    case 'unknown':
    case 'elsewhere':
      return absent;
    default:
      return unreachable(location);
  }
}

function* answerAlias(address: Address, location: Location, rules: Rules): Asking<Answer<string>> {
  const expansion = yield* expandFrom(address, location, rules);
  switch (expansion.kind) {
    case 'targets':
      return found(expansion.targets.map((target) => target.address).join(','));
    case 'nobody':
      return absent;
    case 'unproven':
    case 'endless':
      return later(expansion.why);
    default:
      return unreachable(expansion);
  }
}
