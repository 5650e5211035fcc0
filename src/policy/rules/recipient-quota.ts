/** recipient-quota — mail to full mailboxes is refused while the sender is still there to hear it, instead of bounced later.
 *
 * The recipient is followed as delivery would: through aliases, groups and the catch-all. If none of the
 * mailboxes behind it takes the message, the answer is 552, or 452 while the first of them has its
 * grace or has room for smaller messages; if some do, the settings decide. Who is elsewhere always takes it.
 * Addresses without anybody behind are for other rules.
 *
 * What was reported of a mailbox proves nothing: a total may be lost, or overtaken by an older one. So Dovecot
 * counts before anybody hears that it is full; where it cannot be asked, that is `later`. The total of a domain
 * is made of many reports, and nobody can count it at once: mail to a full domain waits.
 *
 * source   RFC 3463 3.3: 5.2.2 mailbox full; 3.4: 5.3.4 message too big
 * bugs     a size that was not announced is seen at END-OF-MESSAGE only, where Postfix names the recipient if there is
 *          exactly one; Dovecot has the last word */

import { type Address, parseAddress, splitExtension } from '../../base/address.ts';
import { type Answer, andThen, type Found, found, type Later, later, type Soon } from '../../base/answer.ts';
import type { Milliseconds } from '../../base/clock.ts';
import type { Fact } from '../../database/facts.ts';
import { expand } from '../../lookup/expand.ts';
import { type Asking, type Rules, tellLastKnown } from '../../lookup/resolve.ts';
import type { QuotaFacts } from '../../quota/facts.ts';
import {
  type Fit,
  type FullMailboxes,
  fitOf,
  fitsBeside,
  type Mailbox,
  recounted,
} from '../../quota/fits.ts';
import { factsOf } from '../known.ts';
import type { Rule } from '../rule.ts';
import type { PolicyServices } from '../services.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

export const recipientQuota: Rule = {
  name: 'recipient-quota',
  words: 'mail to full mailboxes, and mail that does not fit',
  states: ['RCPT', 'END-OF-MESSAGE'],
  mode: 'enforce',
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
  /** Whether it is only what the database said last. */
  readonly lastKnown: boolean;
}

function* behind(recipient: string, rules: Rules): Asking<Answer<Behind>> {
  const address = parseAddress(recipient);
  if (!address) return found({ mailboxes: [], elsewhere: 0, lastKnown: false });
  const { value: expansion, lastKnown } = yield* tellLastKnown(expand(address, rules));
  const targets = expansion.kind === 'targets' ? expansion.targets : [];
  const mailboxes = targets.filter(({ kind }) => kind === 'mailbox');
  return found({
    mailboxes: mailboxes.map((mailbox) => keysOf(mailbox.address, rules)),
    elsewhere: targets.length - mailboxes.length,
    lastKnown,
  });
}

function judgeAll(known: Answer<Behind>, size: number, services: PolicyServices): Soon<Judgement> {
  if (known.kind !== 'found') return known.kind === 'later' ? known : pass;
  const { mailboxes, elsewhere, lastKnown } = known.value;
  const { quotas, totals } = services;
  if (mailboxes.every((keys) => hasRoom(factOf(keys, quotas.peek), size, totals))) return pass;
  const judge = (facts: readonly Fact<QuotaFacts>[]) =>
    andThen(judgeFacts(facts, elsewhere, size, services), (judgement) =>
      lastKnown && judgement.kind !== 'pass' ? unproven : judgement,
    );
  const peeked = mailboxes.flatMap((keys) => factOf(keys, quotas.peek) ?? []);
  if (peeked.length === mailboxes.length) return judge(peeked);
  return quotas
    .load(mailboxes.flat())
    .then((facts) => judge(mailboxes.map((keys) => factOf(keys, (key) => facts.get(key)) ?? unread)));
}

/** Whether it is known at once that there is room: the usual case, for which nothing more is made. */
function hasRoom(
  fact: Fact<QuotaFacts> | undefined,
  size: number,
  totals: PolicyServices['totals'],
): boolean {
  if (fact?.kind !== 'known' || fact.lastKnown) return false;
  if (!fact.value) return true;
  const { name, limit } = fact.value.domain;
  if (limit === null) return fitsBeside(fact.value, size, 0);
  const total = totals.peek(name);
  return total !== undefined && !total.lastKnown && fitsBeside(fact.value, size, total.value ?? 0);
}

const unread = later('nothing was read of a quota');
const unproven = later('the database is away, so it cannot be proven that a mailbox is full');

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
  services: PolicyServices,
): Soon<Judgement> {
  const known: QuotaFacts[] = [];
  for (const fact of facts) {
    if (fact.kind === 'later') return fact;
    // It may have been emptied since.
    if (fact.lastKnown) return unproven;
    if (fact.value) known.push(fact.value);
  }
  const others = facts.length - known.length + elsewhere;
  return andThen(withTotals(known, services.totals), (mailboxes) =>
    mailboxes.kind === 'later' ? mailboxes : judgeMailboxes(mailboxes.value, others, size, services),
  );
}

/** Only where the domain has a limit its total is of interest. */
function withTotals(
  known: readonly QuotaFacts[],
  totals: PolicyServices['totals'],
): Soon<Found<readonly Mailbox[]> | Later> {
  const limited = known.flatMap(({ domain: { name, limit } }) => (limit === null ? [] : name));
  const names = [...new Set(limited)];
  return andThen(factsOf(totals, names), (facts) => {
    if (facts.kind === 'later') return facts;
    if (facts.lastKnown) return unproven;
    const usages = new Map(names.map((name, n) => [name, facts.values[n] ?? 0]));
    return found(
      known.map((mailbox) => {
        const { name, limit } = mailbox.domain;
        return { ...mailbox, domain: { limit, usage: usages.get(name) ?? 0 } };
      }),
    );
  });
}

/** Those that have no room for it as Dovecot counts them. */
function judgeMailboxes(
  known: readonly Mailbox[],
  others: number,
  size: number,
  { count, fullMailboxes }: Pick<PolicyServices, 'count' | 'fullMailboxes'>,
): Soon<Judgement> {
  const judge = (mailboxes: readonly Mailbox[]) =>
    judgeFits(
      mailboxes.map((mailbox) => fitOf(mailbox, size)),
      others,
      fullMailboxes,
    );
  const judgement = judge(known);
  const doubtful = known.filter((mailbox) => mustBeCounted(fitOf(mailbox, size)));
  if (judgement.kind === 'pass' || doubtful.length === 0) return judgement;
  return Promise.all(doubtful.map(({ login }) => count(login))).then((answers) => {
    const counted = new Map<Mailbox, Mailbox>();
    for (const [n, mailbox] of doubtful.entries()) {
      const answer = answers[n];
      if (answer?.kind !== 'found') return answer?.kind === 'later' ? answer : unknown;
      counted.set(mailbox, recounted(mailbox, answer.value));
    }
    return judge(known.map((mailbox) => counted.get(mailbox) ?? mailbox));
  });
}

const unknown = later('Dovecot does not know the mailbox');

const mustBeCounted = ({ kind }: Fit): boolean => kind === 'full' || kind === 'no room';

/** `others` take everything. */
function judgeFits(fits: readonly Fit[], others: number, { grace, some }: FullMailboxes): Judgement {
  const unfit = fits.filter(({ kind }) => kind !== 'fits');
  if (unfit.length === 0) return pass;
  const someTakeIt = unfit.length < fits.length + others;
  if (someTakeIt && some === 'pass') return pass;
  const passing = unfit.filter((fit) => isPassing(fit, grace)).length;
  const waits = someTakeIt ? some === 'wait' || passing === unfit.length : passing > 0;
  const tooLarge = unfit.every(({ kind }) => kind === 'too large');
  const because = { mailboxes: fits.length, unfit: unfit.length, others };
  return waits
    ? { kind: 'wait', reply: replyOf(4, tooLarge), because }
    : { kind: 'refuse', reply: replyOf(5, tooLarge), because };
}

/** What may fit when the client comes again. */
function isPassing(fit: Fit, grace: Milliseconds): boolean {
  if (fit.kind === 'full') return fit.fullFor < grace;
  return fit.kind === 'domain full' || (fit.kind === 'no room' && grace > 0);
}

const replyOf = (first: 4 | 5, tooLarge: boolean): SmtpReply => ({
  code: first === 5 ? 552 : 452,
  status: `${first}.${tooLarge ? '3.4' : '2.2'}`,
  text: tooLarge ? 'The message is larger than the mailbox' : 'The mailbox is full',
});
