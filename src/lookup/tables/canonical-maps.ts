/** canonical_maps — the address that stands in place of another, in envelope and headers.
 *
 * source   postfix canonical(5), postconf(5) canonical_maps */

import { canonicalTable } from '../canonical.ts';
import type { Table } from './table.ts';

export const canonicalMaps: Table = canonicalTable(
  'canonical_maps',
  'the address that stands in place of another, in envelope and headers',
);
