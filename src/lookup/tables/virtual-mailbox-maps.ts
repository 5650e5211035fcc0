/** virtual_mailbox_maps — the mailbox at an address.
 *
 * source   postfix virtual(8); the value is the path below the mail folder, any text will do
 *          for a site that delivers through LMTP */

import { parseAddress } from '../../base/address.ts';
import { absent, found } from '../../base/answer.ts';
import { locate } from '../resolve.ts';
import type { Table } from './table.ts';

export const virtualMailboxMaps: Table = {
  name: 'virtual_mailbox_maps',
  words: 'the mailbox at an address',
  asks: 'address',
  *answer(key, rules) {
    const address = parseAddress(key);
    if (!address) return absent;
    const location = yield* locate(address, rules);
    const mailbox = location.kind === 'mailbox' || location.kind === 'alias' ? location.mailbox : undefined;
    return mailbox ? found(mailbox.mailbox) : absent;
  },
};
