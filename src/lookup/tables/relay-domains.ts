/** relay_domains — the domains whose mail is passed on: of type relay and backup.
 *
 * source   postfix postconf(5) relay_domains; the value is ignored, the domain itself is shown
 * bugs     a subdomain is not the domain: Postfix asks a socketmap for the whole name only, and a
 *          domain that nobody added is nobody's */

import { parseDomain } from '../../base/address.ts';
import { absent, found } from '../../base/answer.ts';
import { domainFacts } from '../resolve.ts';
import type { Table } from './table.ts';

export const relayDomains: Table = {
  name: 'relay_domains',
  words: 'the domains whose mail is passed on',
  asks: 'domain',
  *answer(key, { note }) {
    const domain = parseDomain(key);
    const facts = domain && (yield* domainFacts(domain, note));
    const passedOn = facts?.usable && (facts.type === 'relay' || facts.type === 'backup');
    return domain && passedOn ? found(domain) : absent;
  },
};
