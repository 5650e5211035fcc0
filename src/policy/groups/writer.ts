/** writer — who writes a mail, as far as it is certain.
 *
 * Who has logged in is his login. The envelope sender is a stranger's word: it is believed of clients in
 * the administrator's own networks only. */

import type { LoginFacts } from '../../auth/facts.ts';
import { type Address, canonicalOf, type Domain, domainOf, parseAddress } from '../../base/address.ts';
import { andThen, type Later, type Soon } from '../../base/answer.ts';
import { isInNetworks } from '../../base/network.ts';
import { factsOf } from '../known.ts';
import type { PolicyRequest } from '../request.ts';
import type { PolicyServices } from '../services.ts';

export type Writer =
  | {
      readonly kind: 'login';
      readonly login: string;
      /** Undefined where the login is nobody's. */
      readonly domain: Domain | undefined;
      /** Whether it is only what the database said last. */
      readonly lastKnown: boolean;
    }
  /** Believed. */
  | { readonly kind: 'sender'; readonly address: Address }
  /** A bounce or a receipt of a host that is believed. */
  | { readonly kind: 'own host' }
  | { readonly kind: 'stranger' };

const stranger: Writer = { kind: 'stranger' };
const ownHost: Writer = { kind: 'own host' };

export function writerOf(
  { sasl: { username }, sender, client }: PolicyRequest,
  { logins, groups }: Pick<PolicyServices, 'logins' | 'groups'>,
): Soon<Writer | Later> {
  if (username !== '') return writerWith(username, logins);
  if (!isInNetworks(client.address, groups.trusted)) return stranger;
  if (sender === '') return ownHost;
  const address = parseAddress(sender);
  return address ? { kind: 'sender', address } : stranger;
}

const writerWith = (name: string, logins: PolicyServices['logins']): Soon<Writer | Later> => {
  const key = canonicalOf(name);
  return andThen(factsOf(logins, [key]), (facts): Writer | Later => {
    if (facts.kind === 'later') return facts;
    const [login] = facts.values;
    const { lastKnown } = facts;
    return { kind: 'login', login: login?.username ?? key, domain: login && homeOf(login), lastKnown };
  });
};

/** A login name without `domain` beside it is an address. */
const homeOf = ({ username, domain }: LoginFacts): Domain => domain ?? domainOf(username as Address);
