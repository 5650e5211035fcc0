/** keys — under which keys the entries of a map are kept, and which of them an address may match.
 *
 * Postfix sends a socketmap the full key only, so what it does itself for other tables is done here:
 * the address without its +extension, its domain, the parent domains, the networks of a client.
 *
 * source   postfix mail_addr_find.c, transport(5), access(5), canonical(5)
 * limits   a key of 320 octets; one with a control character does not exist */

import {
  type Address,
  catchAllOf,
  domainOf,
  localOf,
  parseAddress,
  parseCatchAll,
  parseDomain,
  splitExtension,
} from '../base/address.ts';
import { isAddress, isNetwork, networkOf } from '../base/network.ts';

export interface KeyForm {
  /** Completes "a key of this map is …". */
  readonly words: string;
  /** A key as the schema holds it; undefined for what is none. */
  read(text: string): string | undefined;
  /** Where to look for what Postfix asks, in order; empty for what is no such key. */
  keysFor(asked: string, delimiters: string): readonly string[];
}

const withoutExtension = (address: Address, delimiters: string): readonly Address[] => {
  const split = splitExtension(address, delimiters);
  return split ? [split.base] : [];
};

/** `a.b.example` → `b.example`, `example`. */
function parentsOf(domain: string): readonly string[] {
  const parents: string[] = [];
  for (let at = domain.indexOf('.'); at >= 0; at = domain.indexOf('.', at + 1)) {
    parents.push(domain.slice(at + 1));
  }
  return parents;
}

/** `.example.org`, for all below it. */
function readBelow(text: string): string | undefined {
  const domain = text.startsWith('.') ? parseDomain(text.slice(1)) : undefined;
  return domain && `.${domain}`;
}

const addressKeys = (address: Address, delimiters: string): readonly string[] => [
  address,
  ...withoutExtension(address, delimiters),
  catchAllOf(domainOf(address)),
];

/** Addresses, and `@domain` for all of a domain. */
export const ofAddress: KeyForm = {
  words: 'an address or @domain',
  read: (text) => parseCatchAll(text) ?? parseAddress(text),
  keysFor(asked, delimiters) {
    const address = parseAddress(asked);
    return address ? addressKeys(address, delimiters) : [];
  },
};

export const ofDomain: KeyForm = {
  words: 'a domain',
  read: parseDomain,
  keysFor(asked) {
    const domain = parseDomain(asked);
    return domain ? [domain] : [];
  },
};

/** As transport(5): an address, its domain, and `.parent` for all domains below it. */
export const ofRoute: KeyForm = {
  words: 'an address, a domain, or .domain for all below it',
  read: (text) => parseAddress(text) ?? readBelow(text) ?? parseDomain(text),
  keysFor(asked, delimiters) {
    const address = parseAddress(asked);
    if (!address) return [];
    const domain = domainOf(address);
    const below = parentsOf(domain).map((parent) => `.${parent}`);
    return [address, ...withoutExtension(address, delimiters), domain, ...below];
  },
};

/** As access(5) with the usual parent_domain_matches_subdomains: a domain stands for those below it. */
export const ofHost: KeyForm = {
  words: 'a domain, which stands for those below it too',
  read: parseDomain,
  keysFor(asked) {
    const domain = parseDomain(asked);
    return domain ? [domain, ...parentsOf(domain)] : [];
  },
};

/** As access(5) for senders and recipients, `user@` for one local part in every domain. */
export const ofCorrespondent: KeyForm = {
  words: 'an address, a domain, which stands for those below it too, or user@',
  read: (text) => parseAddress(text) ?? parseDomain(text) ?? readEverywhere(text),
  keysFor(asked, delimiters) {
    const address = parseAddress(asked);
    if (!address) return [];
    const addresses = [address, ...withoutExtension(address, delimiters)];
    const everywhere = addresses.map((one) => `${localOf(one)}@`);
    return [...addresses, domainOf(address), ...parentsOf(domainOf(address)), ...everywhere];
  },
};

/** The local part as people mean it, unquoted, as `localOf` gives it. */
function readEverywhere(text: string): string | undefined {
  const address = text.endsWith('@') ? parseAddress(`${text}example.org`) : undefined;
  return address && `${localOf(address)}@`;
}

/** As access(5) for clients: Postfix asks with the host's name, then with its address. */
export const ofClient: KeyForm = {
  words: 'an address, a network, or a domain, which stands for those below it too',
  read: (text) => (isNetwork(text) ? readNetwork(text) : parseDomain(text)),
  keysFor(asked) {
    if (!isAddress(asked)) return ofHost.keysFor(asked, '');
    const bits = asked.includes(':') && !asked.includes('.') ? 128 : 32;
    return Array.from({ length: bits + 1 }, (_, n) => networkOf(asked, { ipv4: bits - n, ipv6: bits - n }));
  },
};

function readNetwork(text: string): string {
  const [address = text, bits] = text.split('/');
  return networkOf(address, { ipv4: Number(bits ?? 32), ipv6: Number(bits ?? 128) });
}

const NEXTHOP = /^(?:\[[\w.:-]+\]|\.?[\w-]+(?:\.[\w-]+)*)(?::[\w-]+)?$/u;
const MAX_KEY = 320;

/** A destination just as main.cf or a transport names it: `example.org`, `[mx.example.org]:587`. Postfix
 * itself asks for `.parent` where it wants to. With sender-dependent passwords, a sender too. */
export const ofNexthop: KeyForm = {
  words: 'a destination such as [mx.example.org]:587, or a sender',
  read: (text) => ofAddress.read(text) ?? readNexthop(text),
  keysFor(asked, delimiters) {
    const address = parseAddress(asked);
    if (address) return addressKeys(address, delimiters);
    const nexthop = readNexthop(asked);
    return nexthop === undefined ? [] : [nexthop];
  },
};

const readNexthop = (text: string): string | undefined =>
  text.length <= MAX_KEY && NEXTHOP.test(text) ? text.toLowerCase() : undefined;
