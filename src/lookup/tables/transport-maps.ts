/** transport_maps — the way that mail for an address or a domain goes.
 *
 * source   postfix transport(5): the address, without its extension, the domain, then `.parent` from
 *          the nearest to the farthest. Besides what was entered, the transports of relay and backup domains
 * limits   `*`, for which trivial-rewrite asks every 30 seconds, is absent: what else goes everywhere is
 *          main.cf's default_transport and relayhost */

import { ofRoute } from '../keys.ts';
import { transport } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const transportMaps: Table = entryTable({
  name: 'transport_maps',
  words: 'the way that mail for an address or a domain goes',
  asks: 'address',
  entries: { keys: ofRoute, values: transport },
});
