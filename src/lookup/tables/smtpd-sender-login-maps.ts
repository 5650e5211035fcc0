/** smtpd_sender_login_maps — the logins that may use an address as sender.
 *
 * source   postfix smtpd_sender_login_maps, reject_sender_login_mismatch; names separated by
 *          commas. Absent means "owned by nobody": refused for those who have logged in,
 *          allowed for strangers. */

import { parseAddress } from '../../base/address.ts';
import { absent, found } from '../../base/answer.ts';
import { sendersOf } from '../senders.ts';
import type { Table } from './table.ts';

export const smtpdSenderLoginMaps: Table = {
  name: 'smtpd_sender_login_maps',
  words: 'the logins that may send as an address',
  asks: 'address',
  *answer(key, rules) {
    const address = parseAddress(key);
    const logins = address ? yield* sendersOf(address, rules) : [];
    return logins.length > 0 ? found(logins.join(',')) : absent;
  },
};
