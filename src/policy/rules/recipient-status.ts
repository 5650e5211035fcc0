/** recipient-status — mail is refused for who does not exist, and for who exists and gets none.
 *
 * A locked mailbox, an expired alias, a domain that is switched off: each is refused as what it is, and the
 * catch-all does not get its mail. A group of which nobody is left is refused too. The way is the one of the
 * maps (lookup/resolve.ts). Addresses that are not ours are not our business, nor is one whose sender Postfix tells a new
 * address. One that Postfix rewrites need not exist; what it is rewritten to must.
 *
 * source   RFC 3463 3.2, 3.3: 5.1.1 no such mailbox, 5.1.2 the domain, 5.1.3 syntax, 5.1.6 gone, 5.2.1 disabled;
 *          postfix canonical(5), relocated(5); cleanup_map11.c: MAX_RECURSION
 * security an address within an address (`staff@ours@this.host`) is what Postfix makes of it after all rules
 *          have judged another one, so it is refused (postfix resolve_dequoted_address) */

import { type Address, localOf, parseAddress, parseDomain } from '../../base/address.ts';
import { type Answer, andThen, found, later, unreachable } from '../../base/answer.ts';
import { rewrittenTo } from '../../lookup/canonical.ts';
import { expandFrom } from '../../lookup/expand.ts';
import {
  type Asking,
  domainFacts,
  type Location,
  locate,
  type Rules,
  tellLastKnown,
} from '../../lookup/resolve.ts';
import { canonicalMaps } from '../../lookup/tables/canonical-maps.ts';
import { recipientCanonicalMaps } from '../../lookup/tables/recipient-canonical-maps.ts';
import { relocatedMaps } from '../../lookup/tables/relocated-maps.ts';
import { srsRecipient } from '../../lookup/tables/srs-recipient.ts';
import { judgementOf } from '../decide.ts';
import type { Rule } from '../rule.ts';
import { type Judgement, pass, type SmtpReply } from '../verdict.ts';

/** The maps by which Postfix makes another address of it. */
const rewriting = [recipientCanonicalMaps, canonicalMaps];
/** The maps in which it knows what to do with an address at which nobody is. */
const answering = [srsRecipient, relocatedMaps];
/** As Postfix, which gives up there. */
const MAX_REWRITES = 10;

const unknownReply: SmtpReply = { code: 550, status: '5.1.1', text: 'User unknown' };
const nobodyReply: SmtpReply = { code: 550, status: '5.1.1', text: 'Nobody is left at this address' };
const withinReply: SmtpReply = {
  code: 550,
  status: '5.1.3',
  text: 'An address within an address is not accepted',
};
const shutReplies: Readonly<Record<(Location & { kind: 'refused' })['what'], SmtpReply>> = {
  mailbox: { code: 550, status: '5.2.1', text: 'This mailbox is disabled' },
  alias: { code: 550, status: '5.1.6', text: 'This address is no longer in use' },
  domain: { code: 550, status: '5.1.2', text: 'Mail for this domain is switched off' },
};

export const recipientStatus: Rule = {
  name: 'recipient-status',
  words: 'mail to unknown, locked, expired and switched-off addresses',
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge: ({ recipient }, services) => andThen(services.recall(statusOf, recipient), judgementOf),
};

function* statusOf(recipient: string, rules: Rules): Asking<Answer<Judgement>> {
  const address = parseAddress(recipient);
  if (!address) return found(pass);
  const { value, lastKnown } = yield* tellLastKnown(statusAsWritten(address, rules));
  return found(value.kind === 'refuse' && lastKnown ? unproven : value);
}

function* statusAsWritten(address: Address, rules: Rules): Asking<Judgement> {
  const within = yield* ownDomainWithin(address);
  if (within) return refuse(withinReply, `its local part leads on to ${within}`);
  return yield* statusAt(address, rules, []);
}

/** Of `staff@ours@this.host`: ours. */
function* ownDomainWithin(address: Address): Asking<string | undefined> {
  for (const text of localOf(address).split('@').slice(1)) {
    const domain = parseDomain(text);
    if (domain && (yield* domainFacts(domain))) return domain;
  }
  return undefined;
}

/** `from`: what Postfix rewrites into this address. */
function* statusAt(address: Address, rules: Rules, from: readonly Address[]): Asking<Judgement> {
  const location = yield* locate(address, rules);
  switch (location.kind) {
    case 'mailbox':
    case 'elsewhere':
      return pass;
    case 'alias':
      return yield* statusOfAlias(address, location, rules);
    case 'refused':
      return refuse(shutReplies[location.what], location.why);
    case 'unknown':
      return yield* statusOfUnknown(address, rules, from);
    default:
      return unreachable(location);
  }
}

/** Postfix takes mail for whatever it rewrites, and bounces it later if nobody is there. */
function* statusOfUnknown(address: Address, rules: Rules, from: readonly Address[]): Asking<Judgement> {
  for (const table of rewriting) {
    const answer = yield* table.answer(address, rules);
    if (answer.kind !== 'found') continue;
    const rewritten = rewrittenTo(answer.value, address);
    const isEndless = rewritten === address || from.length > MAX_REWRITES;
    return rewritten && !isEndless ? yield* statusAt(rewritten, rules, [...from, address]) : pass;
  }
  for (const table of answering) {
    const answer = yield* table.answer(address, rules);
    if (answer.kind !== 'absent') return answer.kind === 'found' ? pass : answer;
  }
  return refuse(unknownReply, ['no such address', ...from, address].join(': '));
}

function* statusOfAlias(
  address: Address,
  alias: Location & { kind: 'alias' },
  rules: Rules,
): Asking<Judgement> {
  const expansion = yield* expandFrom(address, alias, rules);
  switch (expansion.kind) {
    case 'targets':
      return pass;
    case 'nobody':
      return refuse(nobodyReply, expansion.why);
    case 'unproven':
    case 'endless':
      return later(expansion.why);
    default:
      return unreachable(expansion);
  }
}

const unproven = later('the database is away, so it cannot be proven that the address takes no mail');

const refuse = (reply: SmtpReply, why: string): Judgement => ({ kind: 'refuse', reply, because: { why } });
