/** admission — whether an alias takes mail of a writer.
 *
 * The alias that is written to decides, not those behind it: a public address that leads to a closed group is a
 * way in that somebody has made on purpose. Members are all to whom it leads in the end, and who may send as it:
 * its owner, who was granted it. `domain` admits members too, so it is never the stricter of the two. */

import { type Address, domainOf } from '../../base/address.ts';
import { type Answer, found, type Later, later } from '../../base/answer.ts';
import { type Expansion, expandFrom } from '../../lookup/expand.ts';
import {
  type Asking,
  keyOf,
  type Location,
  locate,
  loginAt,
  type Rules,
  tellLastKnown,
} from '../../lookup/resolve.ts';
import { sendersOf } from '../../lookup/senders.ts';
import type { Writer } from './writer.ts';

/** An alias to which not everybody may write. */
export type ClosedAlias = Location & { readonly kind: 'alias' };

/** The alias that has a say about mail to this address; undefined where everybody may write to it. */
export function* closedAliasAt(address: Address, rules: Rules): Asking<ClosedAlias | undefined> {
  const location = yield* locate(address, rules);
  if (location.kind !== 'alias' || location.allowedSenders === 'public') return undefined;
  // What was asked with an extension leads to addresses with that extension; its members have none.
  const isCaught = location.key.startsWith('@') || location.key === address;
  const plain = isCaught ? location : yield* locate(location.key as Address, rules);
  return plain.kind === 'alias' ? plain : undefined;
}

/** The alias that does not take his mail; undefined: he may write. Later where it cannot be proven that he may not. */
export function* refusingAlias(
  address: Address,
  writer: Writer,
  rules: Rules,
): Asking<Answer<ClosedAlias | undefined>> {
  const { value, lastKnown } = yield* tellLastKnown(refusing(address, writer, rules));
  if (value?.kind === 'later') return value;
  const isUnproven = lastKnown || (writer.kind === 'login' && writer.lastKnown);
  return value && isUnproven ? unproven : found(value);
}

const unproven = later('the database is away, so it cannot be proven who may write to the group');

function* refusing(address: Address, writer: Writer, rules: Rules): Asking<ClosedAlias | Later | undefined> {
  const alias = yield* closedAliasAt(address, rules);
  if (!alias || writer.kind === 'own host') return undefined;
  if (writer.kind === 'stranger') return alias;
  const { logins, domain } = yield* identityOf(writer, rules);
  if (alias.allowedSenders === 'domain' && domain === domainOf(alias.key)) return undefined;
  const speakers = yield* sendersOf(addressOf(alias), rules);
  if (logins.some((login) => speakers.includes(login))) return undefined;
  const expansion = yield* expandFrom(addressOf(alias), alias, rules);
  if (expansion.kind === 'unproven' || expansion.kind === 'endless') return later(expansion.why);
  const own = writer.kind === 'sender' ? writer.address : undefined;
  return (yield* isAmong(expansion, { logins, own }, rules)) ? undefined : alias;
}

/** sendersOf looks at `@domain` too, so a catch-all is asked about as it stands. */
const addressOf = ({ key }: ClosedAlias): Address => key as Address;

function* identityOf(
  writer: Writer & { readonly kind: 'login' | 'sender' },
  rules: Rules,
): Asking<{ readonly logins: readonly string[]; readonly domain: string | undefined }> {
  if (writer.kind === 'login') return { logins: [writer.login], domain: writer.domain };
  const key = keyOf(yield* locate(writer.address, rules)) ?? writer.address;
  return { logins: yield* sendersOf(writer.address, rules), domain: domainOf(key) };
}

function* isAmong(
  expansion: Expansion,
  { logins, own }: { readonly logins: readonly string[]; readonly own: Address | undefined },
  rules: Rules,
): Asking<boolean> {
  if (expansion.kind !== 'targets') return false;
  for (const target of expansion.targets) {
    if (target.address === own) return true;
    if (target.kind !== 'mailbox') continue;
    const login = loginAt(yield* locate(target.address, rules));
    if (login !== undefined && logins.includes(login)) return true;
  }
  return false;
}
