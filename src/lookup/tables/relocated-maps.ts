/** relocated_maps — the new address of who has moved, which the sender is told.
 *
 * source   postfix relocated(5): mail is refused with 5.1.6 and this text */

import { ofAddress } from '../keys.ts';
import { anyText } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const relocatedMaps: Table = entryTable({
  name: 'relocated_maps',
  words: 'the new address of who has moved, which the sender is told',
  asks: 'address',
  entries: { keys: ofAddress, values: anyText },
});
