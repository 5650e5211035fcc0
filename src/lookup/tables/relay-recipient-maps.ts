/** relay_recipient_maps — the recipients whose mail is passed on.
 *
 * A relay domain with users is known to the last address: a user who is switched off or locked, and
 * whoever is none, is refused at RCPT TO. One without users takes every address.
 *
 * source   postfix postconf(5) relay_recipient_maps; the value is ignored */

import { absent, found } from '../../base/answer.ts';
import { entryOf } from '../entries.ts';
import { ofAddress } from '../keys.ts';
import type { Table } from './table.ts';

const NAME = 'relay_recipient_maps';

export const relayRecipientMaps: Table = {
  name: NAME,
  words: 'the recipients whose mail is passed on',
  asks: 'address',
  *answer(key, rules) {
    const keys = ofAddress.keysFor(key, rules.delimiters);
    const entry = yield* entryOf({ map: NAME, keys }, rules);
    return entry ? found(entry.value) : absent;
  },
};
