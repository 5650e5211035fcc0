import { expect, test } from 'vitest';
import { kickMaskOf } from '../../../src/auth/kick-mask.ts';

test.each([
  ['alice@example.org', 'alice@example.org'],
  ['alice', 'alice'],
  ['7of9', '7of9'],
  ['123@example.org', '123@example.org'],
  ['face', 'face'],
  // doveadm takes no mere number for an address.
  ['100042', '100042'],
  // Not everybody of the domain.
  ['*@example.org', '?@example.org'],
  ['a*b?c', 'a?b?c'],
  // Not everybody at an address.
  ['12.5', '?2.5'],
  ['0x1f', '?x1f'],
  ['192.0.2.1', '?92.0.2.1'],
  ['10.0.0.0/8', '?0.0.0.0/8'],
  ['12 monkeys', '?2 monkeys'],
  ['fe80::1', '?e80::1'],
  ['::1', '?:1'],
])('the sessions of %s are found by %s', (login, mask) => {
  expect(kickMaskOf(login)).toBe(mask);
});
