/** check_sender_access — whether mail from a sender may come in.
 *
 * source   postfix access(5), check_sender_access; the null sender has no entry */

import { ofCorrespondent } from '../keys.ts';
import { action } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const checkSenderAccess: Table = entryTable({
  name: 'check_sender_access',
  words: 'whether mail from a sender may come in',
  asks: 'address',
  entries: { keys: ofCorrespondent, values: action },
});
