/** recipient_canonical_maps — the address that stands in place of a recipient.
 *
 * source   postfix canonical(5), postconf(5) recipient_canonical_maps */

import { canonicalTable } from '../canonical.ts';
import type { Table } from './table.ts';

export const recipientCanonicalMaps: Table = canonicalTable(
  'recipient_canonical_maps',
  'the address that stands in place of a recipient',
);
