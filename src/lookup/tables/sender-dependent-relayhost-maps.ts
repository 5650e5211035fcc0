/** sender_dependent_relayhost_maps — the relay host for mail from a sender.
 *
 * source   postfix postconf(5) sender_dependent_relayhost_maps; DUNNO ends the search without one */

import { ofAddress } from '../keys.ts';
import { relayhost } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const senderDependentRelayhostMaps: Table = entryTable({
  name: 'sender_dependent_relayhost_maps',
  words: 'the relay host for mail from a sender',
  asks: 'address',
  entries: { keys: ofAddress, values: relayhost },
});
