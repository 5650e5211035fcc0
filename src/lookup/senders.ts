/** senders — which logins may use an address as sender.
 *
 * The same order as for recipients (without the `+extension`, the alias domain's target), and
 * besides it what was granted for the whole domain (`@domain`). A mailbox that may not use mail
 * may not be sent from either, by nobody. */

import type { Address, CatchAll } from '../base/address.ts';
import { catchAllOf, domainOf, inDomain, splitExtension } from '../base/address.ts';
import type { Known } from '../database/facts.ts';
import type { AddressFacts, SenderFacts } from './facts.ts';
import { type Asking, domainFacts, type Rules } from './resolve.ts';

/** Login names, each once; empty when nobody may. */
export function* sendersOf(address: Address, rules: Rules): Asking<SenderFacts> {
  const direct = yield* sendersInDomain(address, rules);
  if (direct === undefined) return [];
  const facts = yield* domainFacts(domainOf(address), rules.note);
  // An alias domain leads to a virtual domain: one step, so a cycle made by hand ends here.
  const target = facts?.type === 'alias' && facts.usable ? facts.target : undefined;
  const behind = target ? yield* sendersInDomain(inDomain(address, target), rules) : [];
  return behind === undefined ? [] : [...new Set([...direct, ...behind])];
}

/** Undefined: the mailbox at this address may not use mail. */
function* sendersInDomain(address: Address, rules: Rules): Asking<SenderFacts | undefined> {
  const split = splitExtension(address, rules.delimiters);
  const logins: string[] = [];
  for (const key of [address, ...(split ? [split.base] : []), catchAllOf(domainOf(address))]) {
    const found = yield* sendersAt(key, rules);
    if (found === undefined) return undefined;
    logins.push(...found);
  }
  return logins;
}

/** Undefined: the mailbox at this address may not use mail. */
function* sendersAt(key: Address | CatchAll, { note }: Rules): Asking<SenderFacts | undefined> {
  const { value: there } = (yield { about: 'address', key, hints: [] }) as Known<AddressFacts>;
  if (there?.mailbox?.usable === false) {
    return void note?.(key, 'a mailbox that may not use mail: nobody');
  }
  const { value: logins = [] } = (yield { about: 'sender', key }) as Known<SenderFacts>;
  note?.(key, logins.length > 0 ? `may be used by ${logins.join(', ')}` : 'granted to nobody');
  return logins;
}
