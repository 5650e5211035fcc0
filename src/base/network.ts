/** network — is this address in one of these networks?
 *
 * An IPv4 address that arrives as IPv6 (`::ffff:192.0.2.7`) is the IPv4 address. */

import ipaddr from 'ipaddr.js';
import { ownCopy } from './text.ts';

/** Networks in CIDR notation, as PostgreSQL writes `cidr`. What is no address is in none. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return false;
  const client = parsedAddress(address);
  if (!client) return false;
  return networks.some((network) => {
    const [base, bits] = parsed(network);
    return client.kind() === base.kind() && client.match(base, bits);
  });
}

type Parsed = ReturnType<typeof ipaddr.parseCIDR>;

const MAX_PARSED = 10_000;
const known = new Map<string, Parsed>();

/** To parse a network takes ten microseconds, and the same few are asked about at every login. */
function parsed(network: string): Parsed {
  const before = known.get(network);
  if (before) return before;
  const fresh = ipaddr.parseCIDR(network);
  if (known.size >= MAX_PARSED) known.clear();
  known.set(network, fresh);
  return fresh;
}

type Address = ReturnType<typeof ipaddr.process>;
const addresses = new Map<string, Address>();

/** The same clients come again and again; undefined for what is no address. */
function parsedAddress(text: string): Address | undefined {
  const before = addresses.get(text);
  if (before) return before;
  if (!ipaddr.isValid(text)) return undefined;
  const fresh = ipaddr.process(text);
  if (addresses.size >= MAX_PARSED) addresses.clear();
  addresses.set(ownCopy(text), fresh);
  return fresh;
}

/** Whether PostgreSQL takes it as a `cidr`: an address, or a network without bits behind its prefix. */
export function isNetwork(text: string): boolean {
  if (isAddress(text)) return true;
  if (!ipaddr.isValidCIDR(text)) return false;
  const [address, bits] = ipaddr.parseCIDR(text);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return family.networkAddressFromCIDR(text).toString() === address.toString() && bits >= 0;
}

/** The network around an address with a prefix: `192.0.2.0/24` of `192.0.2.7/24`; undefined for what is no such thing. */
export function networkAround(text: string): string | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(text)}/${bits}`;
}

/** A network (`isNetwork`) as PostgreSQL writes a `cidr`: lower case, zeros left out, with its prefix. */
export function canonicalNetwork(text: string): string {
  const [address, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), undefined];
  return `${address}/${bits ?? (address.kind() === 'ipv4' ? 32 : 128)}`;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
/** The parser takes octal and hexadecimal numbers there, which PostgreSQL refuses, and with them all that share a query. */
const ENDS_IN_IPV4 = new RegExp(`^[^.]*:${OCTET}(?:\\.${OCTET}){3}$`);

/** An IPv4 or IPv6 address, as PostgreSQL takes it for an `inet`. */
export const isAddress = (text: string): boolean =>
  IPV4.test(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%') && isDecimal(text));

const isDecimal = (text: string): boolean => !text.includes('.') || ENDS_IN_IPV4.test(text);

/** The network of so many bits in which this address is: `192.0.2.0/24`. The address must be one. */
export function networkOf(
  address: string,
  { ipv4, ipv6 }: { readonly ipv4: number; readonly ipv6: number },
): string {
  const asked = `${address} ${ipv4} ${ipv6}`;
  const before = networks.get(asked);
  if (before !== undefined) return before;
  const client = ipaddr.process(address);
  const bits = client.kind() === 'ipv4' ? ipv4 : ipv6;
  const family = client.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const network = `${family.networkAddressFromCIDR(`${client}/${bits}`)}/${bits}`;
  if (networks.size >= MAX_PARSED) networks.clear();
  networks.set(asked, network);
  return network;
}

/** To compute one takes ten microseconds, and the same clients come again and again. */
const networks = new Map<string, string>();
