import { expect, test } from 'vitest';
import { isInNetworks } from '../../../src/base/network.ts';

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
])('%s in %j: %s', (address, networks, is) => expect(isInNetworks(address, networks)).toBe(is));
