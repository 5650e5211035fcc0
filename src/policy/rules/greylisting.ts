/** greylisting — a stranger's first mail waits: who sends in bulk from stolen machines does not come again.
 *
 * source   RFC 6647; the times are postgrey's
 * limits   it only ever says "come again". Known senders, logged-in users, own networks, who is on an allow
 *          list and the null sender do not wait: a bounce comes once, and who verifies a sender waits for it
 * security a pass is worth nothing to other rules */

import { domainOf, parseAddress } from '../../base/address.ts';
import { andThen, later, type Soon } from '../../base/answer.ts';
import { isAddress, isInNetworks } from '../../base/network.ts';
import { asAnswer } from '../../lookup/book.ts';
import { domainFacts } from '../../lookup/resolve.ts';
import { listed } from '../access/lists.ts';
import { clientOf, correspondentOf, keysOf } from '../greylist/keys.ts';
import { deedsOf, greylist, type Outcome, passesAnyway } from '../greylist/state.ts';
import { factsOf } from '../known.ts';
import type { PolicyRequest } from '../request.ts';
import type { Rule } from '../rule.ts';
import type { PolicyServices } from '../services.ts';
import { type Judgement, pass } from '../verdict.ts';

export const greylisting: Rule = {
  name: 'greylisting',
  words: 'the first mail of a stranger, until he comes again',
  states: ['RCPT'],
  mode: 'off',
  whenUnknown: 'pass',
  judge(request, services) {
    if (request.sasl.username !== '') return rememberCorrespondent(request, services);
    const { address } = request.client;
    if (request.sender === '' || !isAddress(address)) return pass;
    if (isInNetworks(address, services.greylist.exempt)) return pass;
    if (isKnownNetwork(request, services.greylist)) return pass;
    return andThen(listed(request, services), (list) => {
      if (list.kind === 'later') return list;
      return list.kind === 'found' && list.value.verdict === 'allow'
        ? pass
        : judgeStranger(request, services);
    });
  },
};

/** To whom a user writes may answer. Our own addresses a stranger must not borrow. */
function rememberCorrespondent(request: PolicyRequest, services: PolicyServices): Soon<Judgement> {
  const to = parseAddress(request.recipient);
  if (!to) return pass;
  return andThen(services.answer(asAnswer(domainFacts(domainOf(to)))), (domain): Judgement => {
    if (domain.kind !== 'found' || domain.value !== undefined) return pass;
    services.greylist.record(correspondentOf(to), 0, services.greylist.terms.keepFor);
    return pass;
  });
}

/** Of most mail that is all: in memory, by one key. */
const isKnownNetwork = (
  { client, sender }: PolicyRequest,
  { seen, terms, now }: PolicyServices['greylist'],
): boolean => passesAnyway(seen.peek(clientOf(client.address, sender).key)?.value, terms, now());

function judgeStranger(request: PolicyRequest, services: PolicyServices): Soon<Judgement> {
  const { seen, terms, now, record, trouble } = services.greylist;
  // Who is not remembered would wait for ever.
  const why = trouble();
  if (why !== undefined) return later(`greylisting cannot write: ${why}`);
  const keys = keysOf(request.client.address, request.sender, request.recipient);
  const asked = [keys.triplet.key, keys.client.key, keys.correspondent.key];
  return andThen(factsOf(seen, asked), (facts): Judgement => {
    if (facts.kind === 'later') return facts;
    const [triplet, client, correspondent] = facts.values;
    const remembered = { triplet, client, correspondent };
    const outcome = greylist(remembered, terms, now());
    const deeds = deedsOf(outcome, remembered, terms, now());
    for (const { kind, passes, keepFor } of deeds) record(keys[kind], passes, keepFor);
    return judgementOf(outcome, keys.client.network ?? '');
  });
}

function judgementOf(outcome: Outcome, network: string): Judgement {
  if (outcome.kind === 'pass') return pass;
  const left = Math.max(1, Math.ceil(outcome.left / 1000));
  return {
    kind: 'wait',
    reply: { code: 451, status: '4.7.1', text: `Greylisted, try again in ${left} s` },
    because: { why: outcome.because, network, left },
  };
}
