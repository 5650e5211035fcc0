/** sender_dependent_default_transport_maps — the transport for mail from a sender.
 *
 * source   postfix postconf(5) sender_dependent_default_transport_maps */

import { ofAddress } from '../keys.ts';
import { transport } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const senderDependentDefaultTransportMaps: Table = entryTable({
  name: 'sender_dependent_default_transport_maps',
  words: 'the transport for mail from a sender',
  asks: 'address',
  entries: { keys: ofAddress, values: transport },
});
