import { describe, expect, test } from 'vitest';
import type { Charge, Order } from '../../../../src/policy/limits/charge.ts';
import { createMemoryCounts } from '../../../../src/policy/limits/memory-counts.ts';

const hour = 3_600_000;
const charge = (key: string, max: number, more: Partial<Charge> = {}): Charge => ({
  key,
  window: hour,
  max,
  amount: 1,
  once: key,
  ifNew: undefined,
  isSoft: false,
  ...more,
});
let messages = 0;
const order = (charges: readonly Charge[], more: Partial<Order> = {}): Order => {
  messages += 1;
  return {
    home: 'example.org',
    isStranger: false,
    message: `message ${messages}`,
    acquaintances: [],
    charges,
    ...more,
  };
};

let time = 1_700_000_000_000;
const open = (max?: number) => createMemoryCounts({ now: () => time, ...(max ? { max } : {}) });

describe('the counters of this process', () => {
  test('raise all counters or none', () => {
    const counts = open();
    const both = [charge('day', 10), charge('minute', 1)];
    expect(counts.charge(order(both)).kind).toBe('within');
    for (let n = 0; n < 20; n += 1) expect(counts.charge(order(both))).toMatchObject({ index: 1, used: 1 });
    for (let n = 0; n < 9; n += 1) expect(counts.charge(order([charge('day', 10)])).kind).toBe('within');
    expect(counts.charge(order([charge('day', 10)]))).toMatchObject({ kind: 'over', used: 10 });
  });

  test('count a message once, however often it is asked about', () => {
    const counts = open();
    const first = order([charge('messages', 1)]);
    for (let n = 0; n < 5; n += 1) expect(counts.charge(first).kind).toBe('within');
    expect(counts.charge(order([charge('messages', 1)])).kind).toBe('over');
  });

  test('do not count a recipient as new who was written to of late', () => {
    const counts = open();
    const to = (mark: string) =>
      counts.charge(
        order([charge('new', 2, { ifNew: 0, once: `new ${mark}` })], { acquaintances: [{ who: 'a', mark }] }),
      ).kind;
    expect(['zoe', 'zoe', 'bob', 'zoe', 'eve', 'bob'].map(to)).toEqual([
      'within',
      'within',
      'within',
      'within',
      'over',
      'within',
    ]);
    time += 2 * hour;
    expect(to('eve')).toBe('within');
  });

  test('look without counting', () => {
    const counts = open();
    for (let n = 0; n < 5; n += 1) expect(counts.look(order([charge('x', 1)])).kind).toBe('within');
    counts.charge(order([charge('x', 1)]));
    expect(counts.look(order([charge('x', 1)])).kind).toBe('over');
  });

  test('are not flushed by a flood of strangers', () => {
    const counts = open(100);
    counts.charge(order([charge('alice', 1)]));
    for (let n = 0; n < 1000; n += 1) {
      counts.charge(order([charge(`network ${n}`, 1)], { home: `${n}`, isStranger: true }));
    }
    expect(counts.charge(order([charge('alice', 1)])).kind).toBe('over');
  });
});
