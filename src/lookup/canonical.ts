/** canonical — the tables that rewrite an address into another one.
 *
 * Postfix believes that a socketmap matched the whole address, so the +extension that was taken off
 * to find the entry is put on again here (propagate_unmatched_extensions).
 *
 * source   postfix canonical(5): one address; `@domain` keeps the name, which Postfix does itself */

import {
  type Address,
  domainOf,
  inDomain,
  parseAddress,
  parseCatchAll,
  splitExtension,
  withExtension,
} from '../base/address.ts';
import { absent, found } from '../base/answer.ts';
import { entryOf } from './entries.ts';
import { ofAddress } from './keys.ts';
import type { Table } from './tables/table.ts';
import { newAddress } from './values.ts';

export const canonicalTable = (name: string, words: string): Table => ({
  name,
  words,
  asks: 'address',
  entries: { keys: ofAddress, values: newAddress },
  *answer(key, rules) {
    const entry = yield* entryOf({ map: name, keys: ofAddress.keysFor(key, rules.delimiters) }, rules);
    if (!entry) return absent;
    const address = parseAddress(key);
    const split = address && splitExtension(address, rules.delimiters);
    const rewritten = parseAddress(entry.value);
    const isTagged = rewritten !== undefined && split !== undefined && entry.key === split.base;
    return found(isTagged ? withExtension(rewritten, split.extension) : entry.value);
  },
});

/** What Postfix makes of an address by such a table's answer: `@domain` keeps the name. Undefined for what is no address. */
export const rewrittenTo = (value: string, address: Address): Address | undefined => {
  const catchAll = parseCatchAll(value);
  return catchAll ? inDomain(address, domainOf(catchAll)) : parseAddress(value);
};
