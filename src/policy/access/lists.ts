/** lists — what the block and allow lists say of a mail.
 *
 * Entries about senders and clients are for mail that strangers send; of who has logged in, only the
 * recipient's own list is asked. Entries about recipients are for mail that their owner's logins send.
 *
 * bugs     the null sender is on no list: a bounce can only be kept out by its client */

import { type Address, canonicalOf, domainOf } from '../../base/address.ts';
import { type Answer, absent, andThen, found, type Soon } from '../../base/answer.ts';
import { factsOf } from '../known.ts';
import type { PolicyRequest } from '../request.ts';
import type { PolicyServices } from '../services.ts';
import { type KnownOwners, ownersAt, ownersOf } from './owners.ts';
import { type Decision, decide } from './precedence.ts';
import { nothing, type Said, saidOfClient, saidOfRecipient, saidOfSender } from './said.ts';

/** Which entry decides, and about what. */
export interface Listed extends Decision {
  readonly about: 'sender' | 'recipient';
}

type Services = Pick<PolicyServices, 'recall' | 'logins'>;

/** Absent where no list says anything. A block that is only last known is `later`: it may have gone. */
export function listed(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  if (request.sasl.username === '') return ofStranger(request, services);
  return andThen(ofLogin(request, services), (answer) =>
    answer.kind === 'found' && answer.value.verdict === 'block'
      ? answer
      : andThen(ofSender(request, services), (own) => firstOf(own, answer)),
  );
}

/** A refusal by either counts; else what could not be found out. */
function firstOf(a: Answer<Listed>, b: Answer<Listed>): Answer<Listed> {
  if (a.kind === 'found' && a.value.verdict === 'block') return a;
  if (a.kind === 'later' || b.kind === 'later') return a.kind === 'later' ? a : b;
  return a.kind === 'found' ? a : b;
}

/** Sender and client, by the lists of the recipient: whose these are matters only where somebody says anything. */
function ofStranger(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  return andThen(services.recall(saidOfSender, request.sender), (sender) => {
    if (sender.kind === 'later') return sender;
    return andThen(services.recall(saidOfClient, request.client.address), (client) => {
      if (client.kind === 'later') return client;
      if (sender === nothing && client === nothing) return absent;
      const said = [sender, client].flatMap(whatIsSaid);
      return andThen(services.recall(ownersOf, request.recipient), (owners) =>
        owners.kind === 'found' ? conclude('sender', owners.value, said) : owners,
      );
    });
  });
}

/** Somebody who has logged in, as a sender: by the recipient's own list alone. */
function ofSender(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  return andThen(services.recall(saidOfSender, request.sender), (sender) => {
    if (sender.kind === 'later') return sender;
    const said = whatIsSaid(sender);
    if (said.length === 0) return absent;
    return andThen(services.recall(ownersOf, request.recipient), (owners) => {
      if (owners.kind !== 'found') return owners;
      const { login, lastKnown } = owners.value;
      return login === undefined ? absent : conclude('sender', { names: [login], lastKnown }, said);
    });
  });
}

/** The recipient, by the lists of who has logged in. */
function ofLogin(request: PolicyRequest, services: Services): Soon<Answer<Listed>> {
  return andThen(services.recall(saidOfRecipient, request.recipient), (recipient) => {
    if (recipient.kind === 'later') return recipient;
    const said = whatIsSaid(recipient);
    if (said.length === 0) return absent;
    const { username } = request.sasl;
    return andThen(factsOf(services.logins, [canonicalOf(username)]), (facts) => {
      if (facts.kind === 'later') return facts;
      const [login] = facts.values;
      const domain = login && (login.domain ?? domainOf(login.username as Address));
      const { names } = ownersAt(login?.username, domain);
      return conclude('recipient', { names, lastKnown: facts.lastKnown }, said);
    });
  });
}

const whatIsSaid = (answer: Answer<Said>): readonly Said[] =>
  answer.kind === 'found' && answer !== nothing ? [answer.value] : [];

function conclude(
  about: Listed['about'],
  owners: Pick<KnownOwners, 'names' | 'lastKnown'>,
  sides: readonly Said[],
): Answer<Listed> {
  const decision = decide(
    owners.names,
    sides.map(({ facts }) => facts),
  );
  if (!decision) return absent;
  const isLastKnown = owners.lastKnown || sides.some(({ lastKnown }) => lastKnown);
  if (isLastKnown && decision.verdict === 'block')
    return { kind: 'later', why: 'the database is away, so a block cannot be proven' };
  return found({ ...decision, about });
}
