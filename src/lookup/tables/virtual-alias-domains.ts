/** virtual_alias_domains — domains in which every address is an alias, of people who have no mailbox here.
 *
 * source   postfix virtual(5); the value is ignored
 * bugs     a domain that `dovetail domain` knows is never among them, nor is that of rewritten senders:
 *          Postfix must find a domain in one class only, and these are among virtual_mailbox_domains */

import { parseDomain } from '../../base/address.ts';
import { absent, found } from '../../base/answer.ts';
import { entryOf } from '../entries.ts';
import { ofDomain } from '../keys.ts';
import { domainFacts } from '../resolve.ts';
import { anyText } from '../values.ts';
import type { Table } from './table.ts';

const NAME = 'virtual_alias_domains';

export const virtualAliasDomains: Table = {
  name: NAME,
  words: 'domains in which every address is an alias',
  asks: 'domain',
  entries: { keys: ofDomain, values: anyText },
  *answer(key, rules) {
    const domain = parseDomain(key);
    if (!domain || (yield* domainFacts(domain, rules.note)) || domain === rules.srs?.domain) return absent;
    const entry = yield* entryOf({ map: NAME, keys: [domain] }, rules);
    return entry ? found(domain) : absent;
  },
};
