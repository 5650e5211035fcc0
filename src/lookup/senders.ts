/** senders — which logins may use an address as sender.
 *
 * The same order as for recipients (without the `+extension`, the alias domain's target), and
 * besides it what was granted for the whole domain (`@domain`). A mailbox that may not use mail
 * may not be sent from either, by nobody. */

import type { Address, CatchAll } from '../base/address.ts';
import { catchAllOf, domainOf, inDomain, splitExtension } from '../base/address.ts';
import type { Known } from '../database/facts.ts';
import type { AddressFacts } from './facts.ts';
import { type Asking, domainFacts, type Rules } from './resolve.ts';

/** Login names, each once; empty when nobody may. */
export function* sendersOf(address: Address, rules: Rules): Asking<readonly string[]> {
  const logins = new Set<string>();
  for (let here: Address | undefined = address; here !== undefined; ) {
    const split = splitExtension(here, rules.delimiters);
    for (const key of split ? [here, split.base] : [here]) {
      const facts = yield* sendersAt(key, rules);
      if (facts?.mailbox?.usable === false) return [];
      for (const login of facts?.senders ?? []) logins.add(login);
    }
    const domain = domainOf(here);
    for (const login of (yield* sendersAt(catchAllOf(domain), rules))?.senders ?? []) logins.add(login);
    const facts = yield* domainFacts(domain, rules.note);
    const target = facts?.type === 'alias' && facts.usable ? facts.target : undefined;
    // An alias domain leads to a virtual domain: one step, so a cycle made by hand ends here.
    here = target && here === address ? inDomain(here, target) : undefined;
  }
  return [...logins];
}

function* sendersAt(key: Address | CatchAll, { note }: Rules): Asking<AddressFacts | undefined> {
  const { value } = (yield { about: 'address', key, hints: [catchAllOf(domainOf(key))] }) as Known<AddressFacts>;
  note?.(key, describe(value));
  return value;
}

function describe(facts: AddressFacts | undefined): string {
  if (facts?.mailbox?.usable === false) return 'a mailbox that may not use mail: nobody';
  return facts && facts.senders.length > 0 ? `may be used by ${facts.senders.join(', ')}` : 'granted to nobody';
}
