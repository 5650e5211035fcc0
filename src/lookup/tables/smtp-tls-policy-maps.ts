/** smtp_tls_policy_maps — how mail to a destination is encrypted.
 *
 * source   postfix postconf(5) smtp_tls_policy_maps; Postfix itself asks for `.parent` of a bare domain */

import { ofNexthop } from '../keys.ts';
import { tlsPolicy } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const smtpTlsPolicyMaps: Table = entryTable({
  name: 'smtp_tls_policy_maps',
  words: 'how mail to a destination is encrypted',
  asks: 'host',
  entries: { keys: ofNexthop, values: tlsPolicy },
});
