/** address — parses mail addresses and domains once, at the border, into canonical text.
 *
 * source   RFC 5321 4.1.2 (mailbox), RFC 6531 (SMTPUTF8), UTS 46 (A-labels);
 *          Postfix sends the quoted form first, then the unquoted one (dict_sockmap users)
 * limits   320 octets an address, 253 a domain, 63 a label; longer does not exist
 * bugs     address literals (`x@[1.2.3.4]`) are no mail domain of ours: not an address here */

import { domainToASCII } from 'node:url';

declare const brand: unique symbol;
/** A domain: lower case, A-labels, no final dot. */
export type Domain = string & { readonly [brand]: 'domain' };
/** `local@domain`: lower case; the local part quoted only where RFC 5321 demands it. */
export type Address = string & { readonly [brand]: 'address' };
/** `@domain`: the key of a catch-all. */
export type CatchAll = string & { readonly [brand]: 'catch-all' };

const MAX_ADDRESS = 320;
const MAX_DOMAIN = 253;
const MAX_LABEL = 63;

const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-]+";
const LABEL = '[a-z0-9]+(?:-+[a-z0-9]+)*';
const DOMAIN = `(?:${LABEL}\\.)*(?!\\d+$)${LABEL}`;

const PLAIN_DOMAIN = new RegExp(`^${DOMAIN}$`, 'u');
const DOT_ATOM = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, 'u');
// The hot path: an ASCII address that is canonical already. No `u` flag: twice as fast.
const CANONICAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+$/;
const STRAY_DOT = /^\.|\.\.|\.@/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const FORBIDDEN = /[\u0000-\u001f\u007f\ufffd]/u;

/** The canonical domain, or undefined for what is none (literals and dotted numbers too). */
export function parseDomain(text: string): Domain | undefined {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare.length === 0 || bare.length > MAX_DOMAIN) return undefined;
  if (isCanonicalDomain(bare)) return bare as Domain;
  if (FORBIDDEN.test(bare) || /[\s@[\]:/\\?#%]/u.test(bare)) return undefined;
  const ascii = domainToASCII(bare);
  return isCanonicalDomain(ascii) ? (ascii as Domain) : undefined;
}

function isCanonicalDomain(text: string): boolean {
  if (text.length > MAX_DOMAIN || !PLAIN_DOMAIN.test(text)) return false;
  return text.length <= MAX_LABEL || text.split('.').every((label) => label.length <= MAX_LABEL);
}

/**
 * The canonical address, or undefined for what is none.
 *
 * `"alice"@Example.ORG`, `ALICE@example.org` and `alice@example.org.` are one address, and so
 * are `"a b"@example.org` and `a b@example.org`, the two forms in which Postfix asks.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_ADDRESS) return undefined;
  const at = text.lastIndexOf('@');
  if (at <= 0) return undefined;
  if (CANONICAL.test(text) && !STRAY_DOT.test(text) && isCanonicalDomain(text.slice(at + 1))) {
    return text as Address;
  }
  const domain = parseDomain(text.slice(at + 1));
  const local = parseLocalPart(text.slice(0, at));
  return domain === undefined || local === undefined ? undefined : join(local, domain);
}

/** What was meant as an address or a login name, as it is known here: the canonical address, or a name that is none in lower case. */
export const canonicalOf = (text: string): string => parseAddress(text) ?? text.toLowerCase();

/** `@domain` as people type a catch-all; undefined for all else. */
export function parseCatchAll(text: string): CatchAll | undefined {
  const domain = text.startsWith('@') ? parseDomain(text.slice(1)) : undefined;
  return domain && catchAllOf(domain);
}

/** An address of another host's, with its local part as it was written: only that host knows whether
 * `Ann` and `ann` are one. */
export interface Mailbox {
  /** Without quotes and escapes. */
  readonly local: string;
  readonly domain: Domain;
}

/** Undefined for what `parseAddress` takes for no address. */
export function parseMailbox(text: string): Mailbox | undefined {
  if (text.length > MAX_ADDRESS) return undefined;
  const at = text.lastIndexOf('@');
  const local = at > 0 ? readLocalPart(text.slice(0, at)) : undefined;
  const domain = local && parseDomain(text.slice(at + 1));
  return local && domain ? { local, domain } : undefined;
}

/** As it is written in an envelope; undefined where that is longer than an address may be. */
export function writeMailbox({ local, domain }: Mailbox): string | undefined {
  const text = `${DOT_ATOM.test(local.toLowerCase()) ? local : quote(local)}@${domain}`;
  return Buffer.byteLength(text) > MAX_ADDRESS ? undefined : text;
}

/** The local part without quotes and escapes, lower case, NFC. */
const parseLocalPart = (text: string): string | undefined =>
  readLocalPart(text)?.normalize('NFC').toLowerCase();

function readLocalPart(text: string): string | undefined {
  const quoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  const raw = quoted ? unquote(text) : text;
  return raw === undefined || raw.length === 0 || FORBIDDEN.test(raw) ? undefined : raw;
}

function unquote(text: string): string | undefined {
  const inner = text.slice(1, -1);
  return /^(?:[^"\\]|\\.)*$/su.test(inner) ? inner.replace(/\\(.)/gsu, '$1') : undefined;
}

function join(local: string, domain: Domain): Address | undefined {
  const text = DOT_ATOM.test(local) ? local : quote(local);
  const address = `${text}@${domain}`;
  return Buffer.byteLength(address) > MAX_ADDRESS ? undefined : (address as Address);
}

const quote = (local: string): string => `"${local.replace(/["\\]/gu, '\\$&')}"`;

export const domainOf = (address: Address | CatchAll): Domain =>
  address.slice(address.lastIndexOf('@') + 1) as Domain;

export const catchAllOf = (domain: Domain): CatchAll => `@${domain}` as CatchAll;

/** The local part as the user means it: unquoted. */
export function localOf(address: Address): string {
  const text = address.slice(0, address.lastIndexOf('@'));
  return text.startsWith('"') ? (unquote(text) ?? text) : text;
}

/** The same local part in another domain. */
export const inDomain = (address: Address, domain: Domain): Address =>
  `${address.slice(0, address.lastIndexOf('@'))}@${domain}` as Address;

/**
 * Takes the `+extension` off: the text from the first delimiter on, which is never the first
 * character. Undefined where there is none. As Postfix's split_addr: with `-` as delimiter
 * `owner-list` and `list-request` stay whole.
 */
export function splitExtension(
  address: Address,
  delimiters: string,
): { base: Address; extension: string } | undefined {
  const local = localOf(address);
  const at = firstDelimiter(local, delimiters);
  if (at < 1) return undefined;
  const base = join(local.slice(0, at), domainOf(address));
  return base && { base, extension: local.slice(at) };
}

function firstDelimiter(local: string, delimiters: string): number {
  for (let at = 1; at < local.length; at += 1) {
    if (!delimiters.includes(local[at] as string)) continue;
    const whole = local[at] === '-' && (local.startsWith('owner-') || local.endsWith('-request'));
    if (!whole) return at;
  }
  return -1;
}

/** Puts an extension (`+tag`) on, as Postfix's propagate_unmatched_extensions does. */
export function withExtension(address: Address, extension: string): Address {
  return join(localOf(address) + extension, domainOf(address)) ?? address;
}
