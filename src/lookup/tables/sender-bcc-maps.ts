/** sender_bcc_maps — where a copy of what a sender sends goes.
 *
 * source   postfix postconf(5) sender_bcc_maps: one address */

import { ofAddress } from '../keys.ts';
import { oneAddress } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const senderBccMaps: Table = entryTable({
  name: 'sender_bcc_maps',
  words: 'where a copy of what a sender sends goes',
  asks: 'address',
  entries: { keys: ofAddress, values: oneAddress },
});
