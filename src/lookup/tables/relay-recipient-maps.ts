/** relay_recipient_maps — the recipients whose mail is passed on.
 *
 * A relay domain with users, or with recipients that were entered, is known to the last address: a
 * user who is switched off or locked, and whoever is neither, is refused at RCPT TO. One without takes
 * every address.
 *
 * source   postfix postconf(5) relay_recipient_maps; the value is ignored */

import { ofAddress } from '../keys.ts';
import { anyText } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const relayRecipientMaps: Table = entryTable({
  name: 'relay_recipient_maps',
  words: 'the recipients whose mail is passed on',
  asks: 'address',
  entries: { keys: ofAddress, values: anyText },
});
