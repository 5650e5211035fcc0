/** check_helo_access — whether a client with this HELO name may go on.
 *
 * source   postfix access(5), check_helo_access */

import { ofHost } from '../keys.ts';
import { action } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const checkHeloAccess: Table = entryTable({
  name: 'check_helo_access',
  words: 'whether a client with this HELO name may go on',
  asks: 'host',
  entries: { keys: ofHost, values: action },
});
