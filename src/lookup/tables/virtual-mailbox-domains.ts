/** virtual_mailbox_domains — the domains whose mail is delivered here, alias domains too.
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
  *answer(key, { note }) {
    const domain = parseDomain(key);
    const facts = domain && (yield* domainFacts(domain, note));
    const ours = facts?.usable && (facts.type === 'virtual' || facts.type === 'alias');
    return domain && ours ? found(domain) : absent;
  },
};
