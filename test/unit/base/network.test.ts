import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { isAddress, isInNetworks, networkOf } from '../../../src/base/network.ts';

test.each([
  ['192.0.2.7', ['192.0.2.0/24'], true],
  ['192.0.3.7', ['192.0.2.0/24'], false],
  ['::ffff:192.0.2.7', ['192.0.2.0/24'], true],
  ['2001:db8::1', ['192.0.2.0/24', '2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['192.0.2.7', ['::/0'], false],
  ['192.0.2.7', [], false],
  ['unix', ['0.0.0.0/0'], false],
  ['', ['0.0.0.0/0'], false],
])('%s in %j: %s, asked once or again', (address, networks, is) => {
  expect([isInNetworks(address, networks), isInNetworks(address, networks)]).toEqual([is, is]);
});

test('an address is what has four decimal numbers up to 255, or is IPv6 without a zone', () => {
  const octet = fc.oneof(fc.nat(999).map(String), fc.constantFrom('00', '01', '0x1', '', ' 1', '١'));
  const text = fc.oneof(
    fc.array(octet, { minLength: 3, maxLength: 5 }).map((octets) => octets.join('.')),
    fc.tuple(fc.ipV4(), fc.constantFrom('', '\n', ' ', '.', '/8')).map((parts) => parts.join('')),
    fc.tuple(fc.ipV6(), fc.constantFrom('', '%eth0', '\n')).map((parts) => parts.join('')),
  );
  const isExpected = (one: string) =>
    ipaddr.IPv4.isValidFourPartDecimal(one) || (ipaddr.IPv6.isValid(one) && !one.includes('%'));
  fc.assert(fc.property(text, (one) => isAddress(one) === isExpected(one)));
});

test.each([
  ['::ffff:192.0.2.7', true],
  ['64:ff9b::192.0.2.7', true],
  ['::ffff:01.2.3.4', false],
  ['::ffff:0x1.2.3.4', false],
  ['1:2:3:4:5:6:08.1.1.1', false],
])('%s, with IPv4 at its end, is an address as PostgreSQL has it: %s', (text, is) =>
  expect(isAddress(text)).toBe(is),
);

const wide = { ipv4: 16, ipv6: 32 };
const narrow = { ipv4: 24, ipv6: 64 };
test.each([
  ['192.0.2.7', narrow, '192.0.2.0/24'],
  ['192.0.2.7', wide, '192.0.0.0/16'],
  ['192.0.2.9', narrow, '192.0.2.0/24'],
  ['::ffff:192.0.2.7', narrow, '192.0.2.0/24'],
  ['2001:db8:1:2::7', narrow, '2001:db8:1:2::/64'],
  ['2001:db8:1:2::7', wide, '2001:db8::/32'],
])('the network of %s by %j is %s, asked once or again', (address, bits, network) => {
  expect([networkOf(address, bits), networkOf(address, bits)]).toEqual([network, network]);
});
