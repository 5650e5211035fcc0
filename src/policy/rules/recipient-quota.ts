/** recipient-quota — mail to full mailboxes is refused while the sender is still there to hear it, instead of bounced later.
 *
 * The recipient is followed as delivery would: through aliases, groups and the catch-all. If none of the
 * mailboxes behind it takes the message, the answer is 552, or 452 while the first of them has its
 * grace or has room for smaller messages; if some do, the settings decide. Who is elsewhere always takes it.
 * Addresses without anybody behind are for other rules.
 *
 * source   RFC 3463 3.3: 5.2.2 mailbox full; 3.4: 5.3.4 message too big
 * bugs     a mailbox that was emptied while its report could not reach us looks full until it changes again, and a
 *          total that was overtaken by an older one until the next delivery: so it is in shadow until it is enforced
 *          in the settings. A size that arrives with the message and was not announced is seen at END-OF-MESSAGE only, where Postfix
 *          names the recipient if there is exactly one; Dovecot has the last word */

import { type Address, parseAddress, splitExtension } from '../../base/address.ts';
import { type Answer, andThen, found, later, type Soon } from '../../base/answer.ts';
import type { Fact } from '../../database/facts.ts';
import { expand } from '../../lookup/expand.ts';
import type { Asking, Rules } from '../../lookup/resolve.ts';
import type { QuotaFacts } from '../../quota/facts.ts';
import { type Fit, fitOf } from '../../quota/fits.ts';
import type { Rule } from '../rule.ts';
import type { PolicyServices } from '../services.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

export const recipientQuota: Rule = {
  name: 'recipient-quota',
  words: 'mail to full mailboxes, and mail that does not fit',
  states: ['RCPT', 'END-OF-MESSAGE'],
  mode: 'shadow',
  whenUnknown: 'pass',
  judge: ({ recipient, size }, services) =>
    andThen(services.recall(behind, recipient), (known) => judgeAll(known, size, services)),
};

/** Who gets the mail for an address. */
interface Behind {
  /** The keys by which the facts about each mailbox may be found. */
  readonly mailboxes: readonly (readonly Address[])[];
  /** How many others. */
  readonly elsewhere: number;
}

function* behind(recipient: string, rules: Rules): Asking<Answer<Behind>> {
  const address = parseAddress(recipient);
  const expansion = address && (yield* expand(address, rules));
  const targets = expansion?.kind === 'targets' ? expansion.targets : [];
  const mailboxes = targets.filter(({ kind }) => kind === 'mailbox');
  return found({
    mailboxes: mailboxes.map((mailbox) => keysOf(mailbox.address, rules)),
    elsewhere: targets.length - mailboxes.length,
  });
}

function judgeAll(known: Answer<Behind>, size: number, services: PolicyServices): Soon<Judgement> {
  if (known.kind !== 'found') return known.kind === 'later' ? known : pass;
  const { mailboxes, elsewhere } = known.value;
  const { quotas } = services;
  const judge = (facts: readonly Fact<QuotaFacts>[]) => judgeFacts(facts, elsewhere, size, services);
  const peeked = mailboxes.flatMap((keys) => factOf(keys, quotas.peek) ?? []);
  if (peeked.length === mailboxes.length) return judge(peeked);
  return quotas
    .load(mailboxes.flat())
    .then((facts) => judge(mailboxes.map((keys) => factOf(keys, (key) => facts.get(key)) ?? unread)));
}

const unread = later('nothing was read of a quota');

/** The mailbox itself, or the one without the extension: as mail finds it. */
function keysOf(mailbox: Address, { delimiters }: Rules): readonly Address[] {
  const split = splitExtension(mailbox, delimiters);
  return split ? [mailbox, split.base] : [mailbox];
}

/** Of the first key that is not proven to lead nowhere. */
function factOf<F extends Fact<QuotaFacts>>(
  keys: readonly Address[],
  look: (key: Address) => F | undefined,
): F | undefined {
  let fact: F | undefined;
  for (const key of keys) {
    fact = look(key);
    if (fact?.kind !== 'known' || fact.value) return fact;
  }
  return fact;
}

function judgeFacts(
  facts: readonly Fact<QuotaFacts>[],
  elsewhere: number,
  size: number,
  { fullMailboxes }: Pick<PolicyServices, 'fullMailboxes'>,
): Judgement {
  const fits: Fit[] = [];
  for (const fact of facts) {
    if (fact.kind === 'later') return fact;
    // It may have been emptied since.
    if (fact.lastKnown) return later('the database is away, so it cannot be proven that a mailbox is full');
    fits.push(fact.value ? fitOf(fact.value, size) : { kind: 'fits' });
  }
  const unfit = fits.filter(({ kind }) => kind !== 'fits');
  if (unfit.length === 0) return pass;
  const because = { mailboxes: facts.length, unfit: unfit.length, elsewhere, size };
  const someTakeIt = unfit.length < facts.length + elsewhere;
  if (someTakeIt && fullMailboxes.some === 'pass') return pass;
  const waits = someTakeIt
    ? fullMailboxes.some === 'wait'
    : unfit.some((fit) => isPassing(fit, fullMailboxes.grace));
  const tooLarge = unfit.every(({ kind }) => kind === 'too large');
  return waits
    ? { kind: 'wait', reply: replyOf(4, tooLarge), because }
    : { kind: 'refuse', reply: replyOf(5, tooLarge), because };
}

/** What may fit when the client comes again. */
const isPassing = (fit: Fit, grace: number): boolean =>
  fit.kind === 'no room' ? grace > 0 : fit.kind === 'full' && fit.fullFor < grace;

const replyOf = (first: 4 | 5, tooLarge: boolean): SmtpReply => ({
  code: first === 5 ? 552 : 452,
  status: `${first}.${tooLarge ? '3.4' : '2.2'}`,
  text: tooLarge ? 'The message is larger than the mailbox' : 'The mailbox is full',
});
