/** resolve — the one place that knows where mail goes.
 *
 * The rules are generators that ask for facts and never fetch them: pure, without clock, cache
 * or database. `book.ts` answers the questions; a test answers them from a plain map.
 *
 * The order (promise 4): the exact alias or mailbox; without its `+extension`; the alias
 * domain's target, in the same order; the catch-all. What is switched off is refused and never
 * falls through. Postfix asks socketmaps for full keys only, so all of this is done here.
 *
 * source   postfix virtual(5), mail_addr_find.c, cleanup_map1n.c (what Postfix does with maps
 *          that see partial keys), trivial-rewrite(8)
 * limits   1000 addresses an expansion, as virtual_alias_expansion_limit */

import type { Address, CatchAll, Domain } from '../base/address.ts';
import { catchAllOf, domainOf, inDomain, localOf, splitExtension, withExtension } from '../base/address.ts';
import type { Known } from '../database/facts.ts';
import type {
  AddressFacts,
  AliasFacts,
  AllowedSenders,
  DomainFacts,
  Facts,
  MailboxFacts,
  Question,
} from './facts.ts';
import { type Day, isRewritten } from './srs.ts';

/** A rule at work: yields questions, is handed what is known, returns what follows. */
export type Asking<T> = Generator<Question, T, Known<Facts>>;

/** Hears each step of a decision, for `explain`. */
export type Note = (asked: string, finding: string) => void;

export interface Rules {
  /** Characters that begin an extension, as Postfix's recipient_delimiter; empty for none. */
  readonly delimiters: string;
  /** Undefined: no sender is rewritten. */
  readonly srs?: SenderRewriting | undefined;
  readonly note?: Note | undefined;
}

/** How senders of forwarded mail are rewritten (srs.ts). */
export interface SenderRewriting {
  /** In which the addresses are that stand for senders. */
  readonly domain: Domain;
  /** Domains of ours besides those of the schema, whose senders stay as they are; `.example.org` are all
   * below it. */
  readonly exclude: readonly string[];
  today(): Day;
}

/** What is switched off. */
export type Shut = 'domain' | 'mailbox' | 'alias';

/** Where one address is found, before any alias is followed. */
export type Location =
  | {
      readonly kind: 'mailbox';
      readonly address: Address;
      readonly mailbox: MailboxFacts;
      readonly lastKnown: boolean;
    }
  | {
      readonly kind: 'alias';
      /** The key that matched: an address, or `@domain` of a catch-all. */
      readonly key: Address | CatchAll;
      readonly destinations: readonly Address[];
      /** The mailbox at the same address, if there is one; it gets a copy only if `copy` is set. */
      readonly mailbox: MailboxFacts | undefined;
      /** Where a mailbox that forwards keeps its copy: the address, if the alias lists itself. */
      readonly copy: Address | undefined;
      readonly allowedSenders: AllowedSenders;
    }
  | { readonly kind: 'refused'; readonly what: Shut; readonly why: string }
  /** Our domain, and proven to hold no such address. */
  | { readonly kind: 'unknown' }
  /** No domain of ours to deliver to: external, relayed or backed up. */
  | { readonly kind: 'elsewhere' };

/** Under what it was found, behind alias domains and without the extension. */
export const keyOf = (location: Location): Address | CatchAll | undefined => {
  if (location.kind === 'mailbox') return location.address;
  return location.kind === 'alias' ? location.key : undefined;
};

/** The login of the mailbox at the address itself. */
export const loginAt = (location: Location): string | undefined =>
  location.kind === 'mailbox' || location.kind === 'alias' ? location.mailbox?.login : undefined;

const unknown: Location = { kind: 'unknown' };
const elsewhere: Location = { kind: 'elsewhere' };
const refused = (what: Shut, why: string): Location => ({ kind: 'refused', what, why });

/** `siblings` are located as well: the members of a group. */
export function* locate(address: Address, rules: Rules, siblings: readonly Address[] = []): Asking<Location> {
  const catchAlls: CatchAll[] = [];
  for (let here: Address | undefined = address; here !== undefined; ) {
    const match: Location | undefined = yield* matchWithOrWithoutExtension(here, rules, siblings);
    if (match) return match;
    const domain: Domain = domainOf(here);
    const facts = yield* domainFacts(domain, rules.note, siblings);
    if (!facts) return here === address ? elsewhere : unknown;
    if (!facts.usable) return refused('domain', `the domain ${domain} is switched off`);
    if (facts.type === 'relay' || facts.type === 'backup') return elsewhere;
    catchAlls.unshift(catchAllOf(domain));
    const next: Domain | undefined = facts.type === 'alias' ? facts.target : undefined;
    here = next && !catchAlls.includes(catchAllOf(next)) ? inDomain(here, next) : undefined;
  }
  // Nobody's mailbox: such an address stands for a sender elsewhere, or it is forged or out of date.
  if (rules.srs?.domain === domainOf(address) && isRewritten(localOf(address))) {
    rules.note?.(address, 'stands for a sender elsewhere, if we signed it: srs_recipient tells');
    return unknown;
  }
  for (const key of catchAlls) {
    const caught = yield* matchKey(key, '', rules);
    if (caught) return caught;
  }
  return unknown;
}

function* matchWithOrWithoutExtension(
  address: Address,
  rules: Rules,
  siblings: readonly Address[],
): Asking<Location | undefined> {
  const split = splitExtension(address, rules.delimiters);
  const hints = split ? [split.base] : [];
  const exact = yield* matchKey(address, '', rules, { hints, siblings });
  if (exact || !split) return exact;
  return yield* matchKey(split.base, split.extension, rules);
}

/** The mailbox or the aliases at one key; undefined where there is neither. */
function* matchKey(
  key: Address | CatchAll,
  extension: string,
  { note }: Rules,
  { hints = [], siblings = [] }: { hints?: readonly Address[]; siblings?: readonly Address[] } = {},
): Asking<Location | undefined> {
  const asked: Question = { about: 'address', key, hints: [...hints, catchAllOf(domainOf(key))], siblings };
  const { value, lastKnown } = (yield asked) as Known<AddressFacts>;
  const mailbox = value?.mailbox;
  const aliases = value?.aliases ?? [];
  if (!mailbox && aliases.length === 0) return void note?.(key, 'no alias, no mailbox');
  if (mailbox && !mailbox.usable) {
    note?.(key, `mailbox of ${mailbox.login}, which may not use mail: refused`);
    return refused('mailbox', `the mailbox ${key} may not use mail`);
  }
  const live = aliases.filter((alias) => alias.usable);
  if (live.length > 0) {
    note?.(key, describeAlias(key, live));
    return followAlias(key, extension, live, mailbox);
  }
  if (mailbox) {
    note?.(key, `mailbox of ${mailbox.login}`);
    return { kind: 'mailbox', address: withTag(key as Address, extension), mailbox, lastKnown };
  }
  note?.(key, 'alias, switched off or expired: refused');
  return refused('alias', `the alias ${key} is switched off or expired`);
}

function followAlias(
  key: Address | CatchAll,
  extension: string,
  aliases: readonly AliasFacts[],
  mailbox: MailboxFacts | undefined,
): Location {
  const live = aliases.map(({ destination }) => destination);
  const keepsCopy = mailbox !== undefined && live.includes(key as Address);
  return {
    kind: 'alias',
    key,
    destinations: live.filter((to) => !(keepsCopy && to === key)).map((to) => withTag(to, extension)),
    mailbox,
    copy: keepsCopy ? withTag(key as Address, extension) : undefined,
    allowedSenders: strictest(aliases),
  };
}

/** The command line keeps the rows of one alias alike; SQL may not. */
const strictest = (aliases: readonly AliasFacts[]): AllowedSenders =>
  (['members', 'domain'] as const).find((one) => aliases.some((row) => row.allowedSenders === one)) ??
  'public';

function describeAlias(key: Address | CatchAll, aliases: readonly AliasFacts[]): string {
  const what = key.startsWith('@') ? 'catch-all' : 'alias';
  const who = { public: '', domain: `; from users of ${domainOf(key)} only`, members: '; from members only' };
  return `${what} → ${aliases.map((row) => row.destination).join(', ')}${who[strictest(aliases)]}`;
}

const withTag = (address: Address, extension: string): Address =>
  extension === '' ? address : withExtension(address, extension);

export function* domainFacts(
  domain: Domain,
  note?: Note,
  siblings: readonly Address[] = [],
): Asking<DomainFacts | undefined> {
  const { value } = (yield { about: 'domain', key: domain, siblings }) as Known<DomainFacts>;
  note?.(domain, value ? describeDomain(value) : 'no domain of ours');
  return value;
}

function describeDomain({ type, target, usable }: DomainFacts): string {
  const what = type === 'alias' ? `alias of ${target}` : `${type} domain`;
  return usable ? what : `${what}, switched off: refused`;
}

/** The same rule, and whether any fact on its way was only last known. */
export function* tellLastKnown<T>(
  asking: Asking<T>,
): Asking<{ readonly value: T; readonly lastKnown: boolean }> {
  let lastKnown = false;
  let step = asking.next();
  while (!step.done) {
    const fact = yield step.value;
    lastKnown ||= fact.lastKnown;
    step = asking.next(fact);
  }
  return { value: step.value, lastKnown };
}
