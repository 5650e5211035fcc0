/** An address book in memory, in the shape in which the database tells it. */

import { type Address, type Domain, parseAddress, parseDomain } from '../../src/base/address.ts';
import { later } from '../../src/base/answer.ts';
import type { CertificateFacts } from '../../src/certificates/read.ts';
import type { Fact, FactCache } from '../../src/database/facts.ts';
import { type Book, createBook } from '../../src/lookup/book.ts';
import {
  type AddressFacts,
  type AllowedSenders,
  type DomainFacts,
  type EntryFacts,
  type SenderFacts,
  SRS_SECRETS,
  type SrsSecrets,
} from '../../src/lookup/facts.ts';
import type { AccessFacts } from '../../src/policy/access/facts.ts';

export interface Entries {
  domains?: Record<string, Partial<DomainFacts>>;
  mailboxes?: Record<string, { usable?: boolean } | true>;
  /** Destinations; a leading `-` marks a row that is switched off. */
  aliases?: Record<string, readonly string[]>;
  /** Who may write to an alias, where not everybody may. */
  allowedSenders?: Record<string, AllowedSenders>;
  senders?: Record<string, readonly string[]>;
  /** By map, then key. */
  entries?: Record<string, Record<string, string>>;
  secrets?: Record<string, Record<string, string>>;
  srsSecrets?: readonly string[];
  certificates?: Record<string, CertificateFacts>;
  /** What block and allow lists say, by `sender ann@example.net`. */
  access?: ReadonlyMap<string, AccessFacts>;
  /** By the client's address. */
  clientAccess?: ReadonlyMap<string, AccessFacts>;
}

export function addressBook(entries: Entries): Book {
  return createBook(cachesOf(entries));
}

export function cachesOf(entries: Entries) {
  return {
    addresses: memoryCache(addressFacts(entries)),
    senders: memoryCache(senderFacts(entries)),
    domains: memoryCache(domainFacts(entries)),
    entries: memoryCache(entryFacts(entries.entries)),
    secrets: memoryCache(entryFacts(entries.secrets)),
    srs: memoryCache(srsFacts(entries)),
    certificates: memoryCache(certificateFacts(entries)),
    access: memoryCache(entries.access ?? new Map()),
    clientAccess: memoryCache(entries.clientAccess ?? new Map()),
  };
}

const senderFacts = ({ senders = {} }: Entries): Map<string, SenderFacts> => new Map(Object.entries(senders));

function domainFacts({ domains = {} }: Entries): Map<string, DomainFacts> {
  return new Map(
    Object.entries(domains).map(([name, { type = 'virtual', usable = true, target }]) => [
      name,
      { type, usable, target },
    ]),
  );
}

const srsFacts = ({ srsSecrets }: Entries): Map<string, SrsSecrets> =>
  new Map(srsSecrets ? [[SRS_SECRETS, srsSecrets]] : []);

const certificateFacts = ({ certificates = {} }: Entries): Map<string, CertificateFacts> =>
  new Map(Object.entries(certificates));

function entryFacts(maps: Record<string, Record<string, string>> = {}): Map<string, EntryFacts> {
  const facts = new Map<string, Record<string, string>>();
  for (const [map, values] of Object.entries(maps)) {
    for (const [key, value] of Object.entries(values)) facts.set(key, { ...facts.get(key), [map]: value });
  }
  return facts;
}

function addressFacts({
  mailboxes = {},
  aliases = {},
  allowedSenders = {},
}: Entries): Map<string, AddressFacts> {
  const keys = new Set([...Object.keys(mailboxes), ...Object.keys(aliases)]);
  return new Map(
    [...keys].map((key) => {
      const mailbox = mailboxes[key];
      const usable = mailbox === true || mailbox?.usable !== false;
      const facts: AddressFacts = {
        mailbox: mailbox && { login: key, mailbox: `${key.split('@')[1]}/${key.split('@')[0]}/`, usable },
        aliases: (aliases[key] ?? []).map((to) => ({
          destination: to.replace(/^-/u, '') as Address,
          usable: !to.startsWith('-'),
          allowedSenders: allowedSenders[key] ?? 'public',
        })),
      };
      return [key, facts];
    }),
  );
}

/** A cache that holds everything: `peek` always knows. */
export function memoryCache<V>(facts: ReadonlyMap<string, V>): FactCache<V> {
  const fact = (key: string): Fact<V> & { kind: 'known' } => ({
    kind: 'known',
    value: facts.get(key),
    lastKnown: false,
  });
  return { peek: fact, load: async (keys) => new Map(keys.map((key) => [key, fact(key)])) };
}

/** A cache that has nothing in memory and counts its queries. */
export function coldCache<V>(facts: ReadonlyMap<string, V>): FactCache<V> & { queries: string[][] } {
  const queries: string[][] = [];
  const warm = memoryCache(facts);
  return {
    queries,
    peek: () => undefined,
    load: async (keys) => {
      queries.push([...keys]);
      return warm.load(keys);
    },
  };
}

/** The database is away: what was there is last known, of all else nothing is known. */
export function awayCache<V>(facts: ReadonlyMap<string, V>): FactCache<V> {
  const fact = (key: string): Fact<V> => {
    const value = facts.get(key);
    return value === undefined ? later('database away') : { kind: 'known', value, lastKnown: true };
  };
  return { peek: () => undefined, load: async (keys) => new Map(keys.map((key) => [key, fact(key)])) };
}

export const coldCachesOf = (entries: Entries) => ({
  addresses: coldCache(addressFacts(entries)),
  senders: coldCache(senderFacts(entries)),
  domains: coldCache(domainFacts(entries)),
  entries: coldCache(entryFacts(entries.entries)),
  secrets: coldCache(entryFacts(entries.secrets)),
  srs: coldCache(srsFacts(entries)),
  certificates: coldCache(certificateFacts(entries)),
  access: coldCache(entries.access ?? new Map()),
  clientAccess: coldCache(entries.clientAccess ?? new Map()),
});

export const awayCachesOf = (entries: Entries) => ({
  addresses: awayCache(addressFacts(entries)),
  senders: awayCache(senderFacts(entries)),
  domains: awayCache(domainFacts(entries)),
  entries: awayCache(entryFacts(entries.entries)),
  secrets: awayCache(entryFacts(entries.secrets)),
  srs: awayCache(srsFacts(entries)),
  certificates: awayCache(certificateFacts(entries)),
  access: awayCache(entries.access ?? new Map()),
  clientAccess: awayCache(entries.clientAccess ?? new Map()),
});

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`not an address: ${text}`);
  return parsed;
}

export function domain(text: string): Domain {
  const parsed = parseDomain(text);
  if (!parsed) throw new Error(`not a domain: ${text}`);
  return parsed;
}
