/** check_client_access — whether a client may come in.
 *
 * source   postfix access(5), check_client_access. A client is asked about by its name, then by its address:
 *          the narrowest of its networks decides */

import { ofClient } from '../keys.ts';
import { action } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const checkClientAccess: Table = entryTable({
  name: 'check_client_access',
  words: 'whether a client may come in',
  asks: 'host',
  entries: { keys: ofClient, values: action },
});
