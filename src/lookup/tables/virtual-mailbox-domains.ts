/** virtual_mailbox_domains — the domains whose mail is delivered here, alias domains too.
 *
 * The domain of rewritten senders is one of them, whether anybody added it or not: their bounces come back.
 *
 * source   postfix virtual(8); the value is ignored, the domain itself is shown */

import { parseDomain } from '../../base/address.ts';
import { absent, found } from '../../base/answer.ts';
import { domainFacts } from '../resolve.ts';
import type { Table } from './table.ts';

export const virtualMailboxDomains: Table = {
  name: 'virtual_mailbox_domains',
  words: 'the domains whose mail is delivered here',
  asks: 'domain',
  *answer(key, { note, srs }) {
    const domain = parseDomain(key);
    if (!domain) return absent;
    const facts = yield* domainFacts(domain, note);
    const ours = facts
      ? facts.usable && (facts.type === 'virtual' || facts.type === 'alias')
      : domain === srs?.domain;
    return ours ? found(domain) : absent;
  },
};
