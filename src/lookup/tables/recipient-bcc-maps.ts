/** recipient_bcc_maps — where a copy of what a recipient gets goes.
 *
 * source   postfix postconf(5) recipient_bcc_maps: one address */

import { ofAddress } from '../keys.ts';
import { oneAddress } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const recipientBccMaps: Table = entryTable({
  name: 'recipient_bcc_maps',
  words: 'where a copy of what a recipient gets goes',
  asks: 'address',
  entries: { keys: ofAddress, values: oneAddress },
});
