import { expect, test } from 'vitest';
import type { Order } from '../../../../src/policy/limits/charge.ts';
import { createHeadroom } from '../../../../src/policy/limits/headroom.ts';

const order: Order = {
  ...{ home: 'example.org', isStranger: false, account: 'alice@example.org', message: '1a2b.0' },
  ...{ recipient: 'zoe@elsewhere.net', network: '192.0.2.0/24', amount: 1 },
  owners: [{ account: 'alice@example.org', name: 'user' }],
  ...{ onces: ['message'], news: [], charges: [] },
};

test('so many may pass unasked as Redis said, until what passed is told', () => {
  const headroom = createHeadroom();
  expect(headroom.take(order, [])).toBeUndefined();
  headroom.hear(order, [2]);
  const taken = [headroom.take(order, []), headroom.take(order, []), headroom.take(order, [])];
  expect(taken).toEqual([expect.anything(), expect.anything(), undefined]);
  if (taken[0]) headroom.give(taken[0]);
  expect(headroom.take(order, [])).toBeDefined();
});

test('an order without some of its charges tells of no room for the others, and is always asked', () => {
  const headroom = createHeadroom();
  const part: Order = { ...order, isPart: true };
  headroom.hear(order, []);
  headroom.hear(part, [2]);
  expect(headroom.take(order, [])).toBeUndefined();
  headroom.hear(order, [2]);
  expect(headroom.take(part, [])).toBeUndefined();
});
