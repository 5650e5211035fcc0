/** virtual_mailbox_maps — the mailbox at an address.
 *
 * source   postfix virtual(8); the value is the path below the mail folder, any text will do
 *          for a site that delivers through LMTP
 *
 * A mailbox that forwards without a copy to where nobody is left gets no mail: its owner asked for
 * none here, so the address is absent in both maps, and Postfix refuses at RCPT TO. */

import { type Address, parseAddress } from '../../base/address.ts';
import { type Answer, absent, found, later, unreachable } from '../../base/answer.ts';
import { expandFrom } from '../expand.ts';
import { type Asking, type Location, locate, type Rules } from '../resolve.ts';
import type { Table } from './table.ts';

export const virtualMailboxMaps: Table = {
  name: 'virtual_mailbox_maps',
  words: 'the mailbox at an address',
  asks: 'address',
  *answer(key, rules) {
    const address = parseAddress(key);
    if (!address) return absent;
    const location = yield* locate(address, rules);
    if (location.kind === 'mailbox') return found(location.mailbox.mailbox);
    return location.kind === 'alias' ? yield* answerForwarding(address, location, rules) : absent;
  },
};

function* answerForwarding(
  address: Address,
  alias: Location & { kind: 'alias' },
  rules: Rules,
): Asking<Answer<string>> {
  if (!alias.mailbox) return absent;
  if (alias.copy) return found(alias.mailbox.mailbox);
  const expansion = yield* expandFrom(address, alias, rules);
  switch (expansion.kind) {
    case 'targets':
      return found(alias.mailbox.mailbox);
    case 'nobody':
      return absent;
    case 'unproven':
    case 'endless':
      return later(expansion.why);
    default:
      return unreachable(expansion);
  }
}
