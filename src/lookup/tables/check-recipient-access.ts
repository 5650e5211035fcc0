/** check_recipient_access — whether mail to a recipient may come in.
 *
 * source   postfix access(5), check_recipient_access */

import { ofCorrespondent } from '../keys.ts';
import { action } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const checkRecipientAccess: Table = entryTable({
  name: 'check_recipient_access',
  words: 'whether mail to a recipient may come in',
  asks: 'address',
  entries: { keys: ofCorrespondent, values: action },
});
