/** Rate limits, counted in a real Redis that two daemons share, that dies and that comes back. */

import { Redis as Client } from 'ioredis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import type { Charge, Counts, Order } from '../../../src/policy/limits/charge.ts';
import { createMemoryCounts } from '../../../src/policy/limits/memory-counts.ts';
import { createRedisCounts } from '../../../src/policy/limits/redis-counts.ts';
import { createSharedCounts, type SharedRates } from '../../../src/policy/limits/shared-counts.ts';
import { createRedis, type Redis } from '../../../src/redis/redis.ts';
import { parseRedisUrl } from '../../../src/redis/redis-url.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { startCluster, startWatchedRedis } from '../../support/redis-groups.ts';

let redis: TestRedis;
let connections: Redis[];

/** Connected. As patient as a busy machine needs it, where a test is not about patience. */
async function daemon(url = redis.url, deadline = 10_000): Promise<SharedRates> {
  const place = parseRedisUrl(url);
  if (!place) throw new Error(url);
  const connection = createRedis({ place, log: silent });
  connections.push(connection);
  await expect.poll(connection.isUp).toBe(true);
  return createSharedCounts({
    shared: createRedisCounts(connection, { deadline }),
    own: createMemoryCounts({ now: () => Date.now() }),
    clock: systemClock,
    log: silent,
    restFor: 100,
  });
}

beforeEach(async () => {
  connections = [];
  redis = await startRedis();
});
afterEach(async () => {
  for (const one of connections) one.close();
  redis.thaw();
  await redis.kill();
});

const charge = (meter: string, max: number, more: Partial<Charge> = {}): Charge => ({
  ...{ meter, window: 86_400_000, max },
  ...{ owner: 0, once: 0, ifNew: undefined, isSoft: false, isDoubtful: false },
  ...more,
});
const owner = { account: 'alice@example.org', name: 'user' };
let messages = 0;
const order = (charges: readonly Charge[], more: Partial<Order> = {}): Order => {
  messages += 1;
  return {
    ...{ home: 'example.org', isStranger: false, account: 'alice@example.org' },
    ...{ message: `message ${messages}`, recipient: 'zoe@elsewhere.net', network: '192.0.2.0/24', amount: 1 },
    ...{ owners: [owner], onces: ['message'], news: [] },
    charges,
    ...more,
  };
};

/** Whether each of so many messages passed, `atOnce` at a time. */
async function send(counts: readonly Counts[], many: number, charges: readonly Charge[]): Promise<number> {
  const outcomes = await Promise.all(
    Array.from({ length: many }, async (_, n) => counts[n % counts.length]?.charge(order(charges))),
  );
  return outcomes.filter((outcome) => outcome?.kind === 'within').length;
}

test('two daemons together let through exactly the limit, asked at once', async () => {
  const both = [await daemon(), await daemon()];
  expect(await send(both, 200, [charge('a', 50)])).toBe(50);
});

test('all counters are raised or none, a message counts once, and a look counts nothing', async () => {
  const [first, second] = [await daemon(), await daemon()];
  const both = [charge('day', 3), charge('minute', 1, { window: 60_000 })];
  const message = order(both);
  expect((await first.look(message)).kind).toBe('within');
  expect((await first.charge(message)).kind).toBe('within');
  // The repeated question goes to another daemon.
  expect((await second.charge(message)).kind).toBe('within');
  expect(await second.look(order(both))).toMatchObject({ kind: 'over', index: 1, used: 1 });
  const outcome = await second.charge(order(both));
  expect(outcome).toMatchObject({ kind: 'over', index: 1, used: 1 });
  if (outcome.kind === 'over') expect(outcome.freesIn).toBeLessThanOrEqual(66_000);
  expect(await send([first, second], 10, [charge('day', 3)])).toBe(2);
});

test('how much is used, and when it frees, is the same whichever daemon is asked', async () => {
  const [first, second] = [await daemon(), await daemon()];
  const charges = [charge('full', 3), charge('free', 5, { window: 60_000 }), charge('nobody', 1)];
  const counters = charges.map((one) => ({ ...one, owner }));
  await send([first, second], 3, charges.slice(0, 2));
  const told = await first.uses('example.org', counters);
  expect(told.map(({ used }) => used)).toEqual([3, 3, 0]);
  expect(told.map(({ freesIn }) => freesIn > 0)).toEqual([true, false, false]);
  expect(told[0]?.freesIn).toBeLessThanOrEqual(86_400_000 * 1.1);
  expect((await second.uses('example.org', counters)).map(({ used }) => used)).toEqual([3, 3, 0]);
  await redis.kill();
  const known = await Promise.all([first, second].map(async (one) => one.uses('example.org', counters)));
  expect(known.map(([full]) => full?.used)).toEqual([2, 1]);
});

test('soft charges are counted beyond their limit, and said', async () => {
  const [first, second] = [await daemon(), await daemon()];
  const soft = charge('soft', 1, { isSoft: true });
  expect(await first.charge(order([soft, charge('hard', 3)]))).toMatchObject({ exceeded: [] });
  for (const used of [2, 3]) {
    expect(await second.charge(order([soft, charge('hard', 3)]))).toMatchObject({
      kind: 'within',
      exceeded: [{ index: 0, used }],
    });
  }
  expect(await first.charge(order([soft, charge('hard', 3)]))).toMatchObject({ kind: 'over', index: 1 });
  expect(await first.look(order([soft]))).toMatchObject({
    kind: 'within',
    exceeded: [{ index: 0, used: 3 }],
  });
});

test('who is known to one daemon is not new to the other', async () => {
  const [first, second] = [await daemon(), await daemon()];
  const to = (counts: Counts, recipient: string) => {
    const news = { onces: ['recipient'], news: ['new_recipients'] } as const;
    return counts.charge(order([charge('new', 1, { ifNew: 0 })], { recipient, ...news }));
  };
  expect((await to(first, 'zoe')).kind).toBe('within');
  expect((await to(second, 'zoe')).kind).toBe('within');
  expect((await to(second, 'eve')).kind).toBe('over');
});

test('while Redis is away each daemon counts alone, and what one let through counts for it ever after', async () => {
  const both = [await daemon(), await daemon()];
  const charges = [charge('a', 20)];
  expect(await send(both, 10, charges)).toBe(10);
  await redis.kill();
  // 5 each are known to each: at most 15 more each, and no fewer.
  expect(await send(both, 100, charges)).toBe(30);
  // All that Redis knew is lost.
  await redis.start();
  await expect.poll(() => connections.every((one) => one.isUp())).toBe(true);
  expect(await send(both, 50, charges)).toBe(0);
});

test('a clock of Redis that was ahead and is set back keeps nobody for longer than the window', async () => {
  const day = charge('day', 3);
  const one = await daemon();
  await send([one], 3, [day]);
  const client = new Client(redis.url);
  onTestFinished(() => client.disconnect());
  const [key] = await client.keys('*:account:*');
  // As if it had been counted forty days ahead.
  await client.eval(
    `local account = { cmsgpack.unpack(redis.call('GET', KEYS[1])) }
     for n = 4, #account, 2 do account[n] = account[n] + 400 end
     redis.call('SET', KEYS[1], cmsgpack.pack(unpack(account)))`,
    ...[1, key as string],
  );
  const other = await daemon();
  const outcome = await other.charge(order([day]));
  expect(outcome).toMatchObject({ kind: 'over', used: 3 });
  if (outcome.kind === 'over') expect(outcome.freesIn).toBeLessThanOrEqual(1.3 * day.window);
  const [use] = await other.uses('example.org', [{ ...day, owner }]);
  expect(use).toMatchObject({ used: 3 });
  expect(use?.freesIn).toBeLessThanOrEqual(1.3 * day.window);
});

test('what one has used with very many passwords is one account all the same', async () => {
  const [first, second] = [await daemon(), await daemon()];
  const passwords = Array.from({ length: 2000 }, (_, n) => ({ ...owner, name: `credential ${n}` }));
  const charges = passwords.map((_, n) => charge('hour', 1, { owner: n, window: 3_600_000 }));
  const all = order(charges, { owners: passwords });
  expect(await first.charge(all)).toMatchObject({ kind: 'within' });
  expect(await second.charge({ ...all, message: 'another' })).toMatchObject({
    kind: 'over',
    index: 0,
    used: 1,
  });
  const uses = await second.uses('example.org', [
    { ...charge('hour', 1), window: 3_600_000, owner: passwords[1999] as typeof owner },
  ]);
  expect(uses).toMatchObject([{ used: 1 }]);
});

describe('far below the limit nobody waits for Redis', () => {
  /** Of which a sixteenth passes unasked at first. */
  const wide = [charge('wide', 160)];
  const usedBy = async (counts: Counts) => {
    const [use] = await counts.uses('example.org', [{ ...(wide[0] as Charge), owner }]);
    return use?.used;
  };

  test('who is known passes at once, and is counted for everybody', async () => {
    const [first, second] = [await daemon(), await daemon()];
    expect(first.charge(order(wide))).toBeInstanceOf(Promise);
    await expect.poll(() => first.charge(order(wide)) instanceof Promise).toBe(false);
    const passed = Array.from({ length: 5 }, () => first.charge(order(wide)));
    expect(passed).toEqual(passed.map(() => ({ kind: 'within', due: [], exceeded: [] })));
    const before = await usedBy(first);
    await expect.poll(() => usedBy(second)).toBe(await usedBy(first));
    expect(before).toBeGreaterThanOrEqual(2);
  });

  test('no more than a sixteenth at once, and from half of the limit on none', async () => {
    const one = await daemon();
    await one.charge(order(wide));
    const outcomes = Array.from({ length: 30 }, () => one.charge(order(wide)));
    expect(outcomes.findIndex((outcome) => outcome instanceof Promise)).toBe(9);
    for (const outcome of outcomes) await outcome;
    while (((await usedBy(one)) ?? 0) < 80) await one.charge(order(wide));
    expect(one.charge(order(wide))).toBeInstanceOf(Promise);
  });

  test('of a limit below sixteen nobody passes unasked', async () => {
    const one = await daemon();
    const asked = [charge('narrow', 15)];
    for (let n = 0; n < 5; n += 1) {
      const outcome = one.charge(order(asked));
      expect(outcome).toBeInstanceOf(Promise);
      await outcome;
    }
  });

  test('who may be new is asked about, also where nothing else need be', async () => {
    const one = await daemon();
    const charges = [...wide, charge('new', 8, { ifNew: 0, once: 1 })];
    const more = { onces: ['message', 'recipient'], news: ['new_recipients'] } as const;
    const to = (recipient: string) => one.charge(order(charges, { ...more, recipient }));
    await to('zoe@elsewhere.net');
    await expect.poll(() => to('zoe@elsewhere.net') instanceof Promise).toBe(false);
    expect(to('eve@elsewhere.net')).toBeInstanceOf(Promise);
  });

  test('a daemon that has not heard yet lets through a sixteenth too much, and no more', async () => {
    const [first, second] = [await daemon(), await daemon()];
    await second.charge(order(wide));
    let passed = 1;
    for (let isFull = false; !isFull; ) {
      const { kind } = await first.charge(order(wide));
      if (kind === 'within') passed += 1;
      else isFull = true;
    }
    expect(passed).toBe(160);
    expect(await send([second], 50, wide)).toBeLessThanOrEqual(10);
    // What was let through is counted, though it did not fit.
    await expect.poll(async () => ((await usedBy(first)) ?? 0) > 160).toBe(true);
    expect(await send([first, second], 10, wide)).toBe(0);
  });

  test('what passed unasked while Redis died is counted here', async () => {
    const one = await daemon(redis.url, 200);
    await one.charge(order(wide));
    redis.freeze();
    expect(await send([one], 9, wide)).toBe(9);
    const others = await send([one], 200, wide);
    expect(others).toBeGreaterThanOrEqual(150);
    expect(others).toBeLessThan(160);
    expect(await send([one], 10, wide)).toBe(0);
  });

  test('a daemon that ends tells Redis first', async () => {
    const [first, second] = [await daemon(), await daemon()];
    await first.charge(order(wide));
    for (let n = 0; n < 5; n += 1) void first.charge(order(wide));
    await first.end();
    expect(await usedBy(second)).toBe(6);
  });
});

test('a Redis that hangs is waited for once, and then left alone', async () => {
  const one = await daemon(redis.url, 500);
  await one.charge(order([charge('a', 5)]));
  redis.freeze();
  expect(await send([one], 50, [charge('a', 5)])).toBe(4);
});

test('killed and restarted under load: nobody is refused for it, nor lets through more than each its limit', async () => {
  const both = [await daemon(), await daemon()];
  let [ends, passed] = [false, 0];
  const load = Promise.all(
    both.map(async (one) => {
      while (!ends) {
        // Answers from memory alone would leave no turn to anybody else.
        await new Promise(setImmediate);
        if ((await one.charge(order([charge('full', 100)]))).kind === 'within') passed += 1;
        expect((await one.charge(order([charge('free', 1_000_000)]))).kind).toBe('within');
      }
    }),
  );
  for (let n = 0; n < 3; n += 1) {
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await redis.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  ends = true;
  await load;
  expect(passed).toBeGreaterThanOrEqual(100);
  expect(passed).toBeLessThanOrEqual(200);
});

test('every key ends by itself, and no recipient can be read', async () => {
  const one = await daemon();
  const news = ['new_recipients', 'new_networks'] as const;
  const all = [charge('new_recipients:1', 5, { ifNew: 0 }), charge('recipients:1', 5)];
  await one.charge(order(all, { news, onces: ['message', 'recipient'] }));
  const client = new Client(redis.url);
  onTestFinished(() => client.disconnect());
  const keys = await client.keys('*');
  expect(keys).toHaveLength(4);
  for (const key of keys) {
    expect(key).toMatch(/^dovetail:rates:\{example\.org\}:/u);
    expect(await client.pttl(key)).toBeGreaterThan(0);
    const type = await client.type(key);
    const held =
      type === 'zset' ? client.zrange(key, '0', '-1') : client[type === 'set' ? 'smembers' : 'get'](key);
    expect(`${key} ${String(await held)}`).not.toContain('zoe');
  }
});

describe('other forms', () => {
  test('a cluster: the keys of a decision are in one place, and domains are spread', async () => {
    const cluster = await startCluster();
    onTestFinished(() => cluster.close());
    const both = [await daemon(cluster.url), await daemon(cluster.url)];
    const homes = Array.from({ length: 20 }, (_, n) => `${n}.example.org`);
    const charges = [charge('a', 5), charge('b', 7, { owner: 1 })];
    // All at once, so that they are sent together where they can be.
    const passed = await Promise.all(
      homes.map(async (home) => {
        const account = `alice@${home}`;
        const owners = [
          { account, name: 'user' },
          { account: home, name: 'domain' },
        ];
        const news = { recipient: `zoe@${home}`, news: ['new_recipients'] } as const;
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, async (_, n) =>
            both[n % 2]?.charge(order(charges, { home, account, owners, ...news })),
          ),
        );
        return outcomes.filter((outcome) => outcome?.kind === 'within').length;
      }),
    );
    expect(passed).toEqual(homes.map(() => 5));
    const sizes = await Promise.all(
      cluster.nodes.map(async ({ url }) => {
        const client = new Client(url);
        onTestFinished(() => client.disconnect());
        return client.dbsize();
      }),
    );
    for (const size of sizes) expect(size).toBeGreaterThan(0);
  });

  test('Sentinel: the replica goes on counting where the master ended', { timeout: 120_000 }, async () => {
    const watched = await startWatchedRedis();
    onTestFinished(() => watched.close());
    const both = [await daemon(watched.url), await daemon(watched.url)];
    const charges = [charge('a', 20)];
    expect(await send(both, 10, charges)).toBe(10);
    await watched.caughtUp();
    await watched.master.kill();
    // Nobody is refused meanwhile, and nobody waits for it.
    expect(await send(both, 10, [charge('free', 1_000_000)])).toBe(10);
    const promoted = new Client(watched.replica.url);
    onTestFinished(() => promoted.disconnect());
    await expect
      .poll(async () => String(await promoted.info('replication')), { timeout: 60_000 })
      .toContain('role:master');
    await expect.poll(() => connections.every((one) => one.isUp()), { timeout: 60_000 }).toBe(true);
    // After a failure Redis rests a while: what is asked then is counted by each alone.
    const calls = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/u.exec(await promoted.info('commandstats'))?.[1] ?? 0);
    const isShared = async () => {
      const before = await calls();
      for (const one of both) await one.look(order([charge('free', 1_000_000)]));
      return (await calls()) === before + 2;
    };
    await expect.poll(isShared, { timeout: 60_000 }).toBe(true);
    expect(await send(both, 40, charges)).toBe(10);
  });
});
