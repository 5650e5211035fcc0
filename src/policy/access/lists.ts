/** lists — what the block and allow lists say of a mail.
 *
 * Entries about senders and clients are for mail that strangers send; of who has logged in, only the
 * recipient's own list is asked. Entries about recipients are for mail that their owner's logins send.
 *
 * bugs     the null sender is on no list: a bounce can only be kept out by its client */

import { type Address, domainOf, parseAddress } from '../../base/address.ts';
import { type Answer, absent, andThen, found, type Later, type Soon } from '../../base/answer.ts';
import { isAddress } from '../../base/network.ts';
import { factsOf, type KnownFacts } from '../known.ts';
import type { PolicyRequest } from '../request.ts';
import type { PolicyServices } from '../services.ts';
import type { AccessFacts } from './facts.ts';
import { type KnownOwners, ownersAt, ownersOf } from './owners.ts';
import { byNetwork, type Decision, decide, patternsOf } from './precedence.ts';

/** Which entry decides, and about what. */
export interface Listed extends Decision {
  readonly about: 'sender' | 'recipient';
}

type Services = Pick<PolicyServices, 'recall' | 'resolution' | 'logins' | 'access' | 'clientAccess'>;
/** What somebody says, the most specific first. */
type Said = { readonly kind: 'said'; readonly facts: readonly AccessFacts[]; readonly lastKnown: boolean };

const nothing: Said = { kind: 'said', facts: [], lastKnown: false };

/** Absent where no list says anything. A block that is only last known is `later`: it may have gone. */
export function listed(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  if (request.sasl.username === '') return ofStranger(request, services);
  return andThen(ofLogin(request, services), (answer) =>
    answer.kind === 'found' && answer.value.verdict === 'block'
      ? answer
      : andThen(ofStranger(request, services), (own) => firstOf(own, answer)),
  );
}

/** A refusal by either counts; else what could not be found out. */
function firstOf(a: Answer<Listed>, b: Answer<Listed>): Answer<Listed> {
  if (a.kind === 'found' && a.value.verdict === 'block') return a;
  if (a.kind === 'later' || b.kind === 'later') return a.kind === 'later' ? a : b;
  return a.kind === 'found' ? a : b;
}

/** Sender and client, by the lists of the recipient. */
function ofStranger(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  const isLoggedIn = request.sasl.username !== '';
  return andThen(services.recall(ownersOf, request.recipient), (owners) => {
    if (owners.kind !== 'found') return owners;
    const { login, names, lastKnown } = owners.value;
    if (isLoggedIn && login === undefined) return absent;
    const asked = { names: isLoggedIn && login !== undefined ? [login] : names, lastKnown };
    return andThen(saidOf('sender', parseAddress(request.sender), services), (sender) =>
      andThen(isLoggedIn ? nothing : saidOfClient(request.client.address, services), (client) =>
        conclude('sender', asked, [sender, client]),
      ),
    );
  });
}

/** The recipient, by the lists of who has logged in. */
function ofLogin(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  const { username } = request.sasl;
  return andThen(factsOf(services.logins, [parseAddress(username) ?? username.toLowerCase()]), (facts) => {
    if (facts.kind === 'later') return facts;
    const [login] = facts.values;
    const domain = login && (login.domain ?? domainOf(login.username as Address));
    const owners = { ...ownersAt(login?.username, domain), lastKnown: facts.lastKnown };
    return andThen(saidOf('recipient', parseAddress(request.recipient), services), (recipient) =>
      conclude('recipient', owners, [recipient]),
    );
  });
}

function saidOf(
  side: 'sender' | 'recipient',
  address: Address | undefined,
  { access, resolution }: Services,
): Soon<Said | Later> {
  if (!address) return nothing;
  const keys = patternsOf(address, resolution.delimiters).map((pattern) => `${side} ${pattern}`);
  return andThen(factsOf(access, keys), said);
}

function saidOfClient(address: string, { clientAccess }: Services): Soon<Said | Later> {
  if (!isAddress(address)) return nothing;
  return andThen(factsOf(clientAccess, [address]), (facts) => {
    const all = said(facts);
    return all.kind === 'later' || all === nothing ? all : { ...all, facts: all.facts.flatMap(byNetwork) };
  });
}

function said(facts: KnownFacts<AccessFacts> | Later): Said | Later {
  if (facts.kind === 'later') return facts;
  const said = facts.values.filter((value) => value !== undefined);
  return said.length === 0 ? nothing : { kind: 'said', facts: said, lastKnown: facts.lastKnown };
}

function conclude(
  about: Listed['about'],
  owners: Pick<KnownOwners, 'names' | 'lastKnown'>,
  sides: readonly (Said | Later)[],
): Answer<Listed> {
  const known: Said[] = [];
  for (const side of sides) {
    if (side.kind === 'later') return side;
    if (side !== nothing) known.push(side);
  }
  if (known.length === 0) return absent;
  const decision = decide(
    owners.names,
    known.map(({ facts }) => facts),
  );
  if (!decision) return absent;
  const isLastKnown = owners.lastKnown || known.some(({ lastKnown }) => lastKnown);
  if (isLastKnown && decision.verdict === 'block')
    return { kind: 'later', why: 'the database is away, so a block cannot be proven' };
  return found({ ...decision, about });
}
