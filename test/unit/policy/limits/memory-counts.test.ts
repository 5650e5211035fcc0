import { describe, expect, test } from 'vitest';
import type { Charge, Order } from '../../../../src/policy/limits/charge.ts';
import { createMemoryCounts } from '../../../../src/policy/limits/memory-counts.ts';

const hour = 3_600_000;
const charge = (meter: string, max: number, more: Partial<Charge> = {}): Charge => ({
  ...{ meter, window: hour, max },
  ...{ owner: 0, once: 0, ifNew: undefined, isSoft: false, isDoubtful: false },
  ...more,
});
let messages = 0;
const order = (charges: readonly Charge[], more: Partial<Order> = {}): Order => {
  messages += 1;
  return {
    ...{ home: 'example.org', isStranger: false, account: 'alice@example.org' },
    ...{ message: `message ${messages}`, recipient: 'zoe@elsewhere.net', network: '192.0.2.0/24', amount: 1 },
    ...{ owners: [{ account: 'alice@example.org', name: 'user' }], onces: ['message'], news: [] },
    charges,
    ...more,
  };
};

let time = 1_700_000_000_000;
const open = (maxOctets?: number) =>
  createMemoryCounts({ now: () => time, ...(maxOctets ? { maxOctets } : {}) });

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
    const to = (recipient: string) =>
      counts.charge(
        order([charge('new', 2, { ifNew: 0 })], {
          recipient,
          onces: ['recipient'],
          news: ['new_recipients'],
        }),
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

  test('count what was let through elsewhere as it counted there', () => {
    const counts = open();
    const one = order([charge('messages', 3), charge('recipients', 3, { once: 1 })], {
      onces: ['message', 'recipient'],
    });
    counts.note(one, [1]);
    counts.note({ ...one, recipient: 'bob@elsewhere.net' }, [1]);
    counts.note({ ...one, recipient: 'bob@elsewhere.net' }, [0, 1]);
    const owner = { account: 'alice@example.org', name: 'user' };
    const used = counts.uses(
      'example.org',
      one.charges.map((each) => ({ ...each, owner })),
    );
    expect(used.map((use) => use.used)).toEqual([0, 2]);
  });

  test('of different owners are different, wherever they are kept', () => {
    const counts = open();
    const owners = [
      { account: 'alice@example.org', name: 'user' },
      { account: 'alice@example.org', name: 'credential 17' },
      { account: 'example.org', name: 'domain' },
    ];
    const all = [
      charge('messages', 2),
      charge('messages', 1, { owner: 1 }),
      charge('messages', 3, { owner: 2 }),
    ];
    expect(counts.charge(order(all, { owners })).kind).toBe('within');
    expect(counts.charge(order(all, { owners }))).toMatchObject({ index: 1 });
    const desk = owners.with(1, { account: 'alice@example.org', name: 'credential 18' });
    expect(counts.charge(order(all, { owners: desk })).kind).toBe('within');
    expect(counts.charge(order(all, { owners: desk }))).toMatchObject({ index: 0 });
    const bob = [
      { account: 'bob@example.org', name: 'user' },
      { account: 'bob@example.org', name: 'x' },
    ];
    const bobs = { owners: [...bob, ...owners.slice(2)], account: 'bob@example.org' };
    expect(counts.charge(order(all, bobs)).kind).toBe('within');
    expect(counts.charge(order([charge('messages', 3, { owner: 2 })], bobs))).toMatchObject({ used: 3 });
  });

  test('know the latest 2000 acquaintances, for thirty days', () => {
    const counts = open();
    const isNew = (recipient: string) => {
      const all = [charge('new', 1e9, { ifNew: 0 })];
      const outcome = counts.charge(
        order(all, { recipient, onces: ['recipient'], news: ['new_recipients'] }),
      );
      return outcome.kind === 'within' && outcome.due.length === 1;
    };
    for (let n = 0; n < 2000; n += 1) {
      time += 60_000;
      expect(isNew(`${n}@elsewhere.net`)).toBe(true);
    }
    time += 60_000;
    expect(isNew('0@elsewhere.net')).toBe(false);
    time += 60_000;
    expect(isNew('2000@elsewhere.net')).toBe(true);
    expect(isNew('0@elsewhere.net')).toBe(false);
    time += 60_000;
    // The one unused longest made room.
    expect(isNew('1@elsewhere.net')).toBe(true);
    time += 31 * 24 * hour;
    expect(isNew('2000@elsewhere.net')).toBe(true);
  });

  test('take no more memory than they may, and forget who was unused longest', () => {
    const counts = open(100_000);
    const of = (account: string) => order([charge('a', 1)], { account, owners: [{ account, name: 'user' }] });
    for (let n = 0; n < 1000; n += 1) {
      counts.charge(of(`${n}@example.org`));
      expect(counts.charge(of('alice@example.org')).kind).toBe(n === 0 ? 'within' : 'over');
    }
    expect(counts.charge(of('999@example.org')).kind).toBe('over');
    expect(counts.charge(of('0@example.org')).kind).toBe('within');
  });

  test('are not flushed by a flood of strangers', () => {
    const counts = open(100_000);
    counts.charge(order([charge('a', 1)]));
    for (let n = 0; n < 1000; n += 1) {
      const stranger = { account: `${n}`, owners: [{ account: `${n}`, name: 'network' }] };
      counts.charge(order([charge('a', 1)], { home: `${n}`, isStranger: true, ...stranger }));
    }
    expect(counts.charge(order([charge('a', 1)])).kind).toBe('over');
  });
});
