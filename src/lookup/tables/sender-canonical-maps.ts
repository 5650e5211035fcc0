/** sender_canonical_maps — the address that stands in place of a sender.
 *
 * source   postfix canonical(5), postconf(5) sender_canonical_maps */

import { canonicalTable } from '../canonical.ts';
import type { Table } from './table.ts';

export const senderCanonicalMaps: Table = canonicalTable(
  'sender_canonical_maps',
  'the address that stands in place of a sender',
);
