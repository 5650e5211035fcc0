/** said — what the entries of all lists say about one sender, recipient or client, whoever owns them.
 *
 * Of most nobody has said anything, and that is remembered like all else that is made of facts (lookup/recall.ts). */

import { type Address, parseAddress } from '../../base/address.ts';
import { type Answer, type Found, found } from '../../base/answer.ts';
import { isAddress } from '../../base/network.ts';
import type { Known } from '../../database/facts.ts';
import { type Asking, type Rules, tellLastKnown } from '../../lookup/resolve.ts';
import type { AccessFacts } from './facts.ts';
import { byNetwork, patternsOf } from './precedence.ts';

export interface Said {
  /** The most specific first. */
  readonly facts: readonly AccessFacts[];
  /** Whether some of it is only what the database said last. */
  readonly lastKnown: boolean;
}

/** As the envelope names him. */
export const saidOfSender = (sender: string, rules: Rules) => saidOf('sender', sender, rules);
export const saidOfRecipient = (recipient: string, rules: Rules) => saidOf('recipient', recipient, rules);

/** By the client's address. */
export function* saidOfClient(address: string): Asking<Answer<Said>> {
  if (!isAddress(address)) return nothing;
  const { value, lastKnown } = (yield { about: 'client', key: address, hints: [] }) as Known<AccessFacts>;
  return value ? found({ facts: byNetwork(value), lastKnown }) : nothing;
}

export const nothing: Found<Said> = found({ facts: [], lastKnown: false });

function* saidOf(side: 'sender' | 'recipient', text: string, rules: Rules): Asking<Answer<Said>> {
  const address = parseAddress(text);
  if (!address) return nothing;
  const { value: facts, lastKnown } = yield* tellLastKnown(entriesAbout(side, address, rules));
  return facts.length > 0 ? found({ facts, lastKnown }) : nothing;
}

function* entriesAbout(
  side: 'sender' | 'recipient',
  address: Address,
  { delimiters }: Rules,
): Asking<AccessFacts[]> {
  const keys = patternsOf(address, delimiters).map((pattern) => `${side} ${pattern}`);
  const facts: AccessFacts[] = [];
  for (const key of keys) {
    const { value } = (yield { about: 'access', key, hints: keys }) as Known<AccessFacts>;
    if (value) facts.push(value);
  }
  return facts;
}
