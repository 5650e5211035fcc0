/** smtp_sasl_password_maps — the login name and password at a relay host.
 *
 * source   postfix smtp_sasl_glue.c: asks with the sender (smtp_sender_dependent_authentication), the
 *          host's name, then the destination as configured; the first `:` separates the two
 * security clear text, for that is what Postfix needs: read from a view of the daemon's own, and no
 *          listing, explanation or log shows it. Over a unix socket that only Postfix may open */

import { ofNexthop } from '../keys.ts';
import { userAndPassword } from '../values.ts';
import { entryTable, type Table } from './table.ts';

export const smtpSaslPasswordMaps: Table = entryTable({
  name: 'smtp_sasl_password_maps',
  words: 'the login name and password at a relay host',
  asks: 'host',
  isSecret: true,
  entries: { keys: ofNexthop, values: userAndPassword },
});
