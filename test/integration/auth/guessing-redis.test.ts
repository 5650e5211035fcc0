/** Guessing, counted in a real Redis that several daemons share, that dies and that comes back. */

import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Counters, createCounters } from '../../../src/auth/guessing/counters.ts';
import { createFailover } from '../../../src/auth/guessing/failover.ts';
import type { Store } from '../../../src/auth/guessing/marks.ts';
import { createMemoryStore } from '../../../src/auth/guessing/memory-store.ts';
import { createRedisStore } from '../../../src/auth/guessing/redis-store.ts';
import { hours, systemClock } from '../../../src/base/clock.ts';
import { silent } from '../../../src/base/log.ts';
import { createRedis, type Redis } from '../../../src/redis/redis.ts';
import { parseRedisUrl } from '../../../src/redis/redis-url.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const alice = 'alice@example.org';
const [home, botnet] = ['192.0.2.7', '203.0.113.7'];
const now = () => Date.now();

let redis: TestRedis;
let daemons: Counters[];
let connections: Redis[];

/** As patient as a busy machine needs it, where a test is not about patience. */
function daemon(url = redis.url, deadline = 10_000): Counters {
  const place = parseRedisUrl(url);
  if (!place) throw new Error(url);
  const connection = createRedis({ place, log: silent });
  const shared = createRedisStore(connection);
  const local = createMemoryStore({ now });
  const counters = countersOf(
    createFailover({ shared, local, clock: systemClock, log: silent, deadline, restFor: 200 }),
  );
  daemons.push(counters);
  connections.push(connection);
  return counters;
}

const countersOf = (store: Store): Counters =>
  createCounters({
    store,
    clock: systemClock,
    key: Buffer.alloc(32, 7),
    allowed: [],
    limits: {
      window: hours(1),
      free: 5,
      passwords: 20,
      knownPasswords: 100,
      users: 50,
      longestDelay: 3000,
      knownFor: hours(720),
      formerFor: hours(24),
    },
  });

beforeEach(async () => {
  daemons = [];
  connections = [];
  redis = await startRedis();
});
afterEach(async () => {
  for (const one of [...daemons, ...connections]) one.close();
  redis.thaw();
  await redis.kill();
});

const wrong = (counters: Counters, password: string, ip = botnet) =>
  counters.report({ user: alice, ip, password }, 'wrong');
const right = (counters: Counters, ip = home) =>
  counters.report({ user: alice, ip, password: 'secret' }, 'right');
const seen = async (counters: Counters, ip = botnet) =>
  (await counters.explain({ user: alice, ip }))?.passwords;
const isKnown = async (counters: Counters, ip = home) =>
  (await counters.explain({ user: alice, ip }))?.isKnown;
const eventually = <T>(look: () => Promise<T>) => expect.poll(look);

/** Both see each other's marks: until a client is connected, each counts alone. */
async function two(deadline?: number): Promise<[Counters, Counters]> {
  const [first, second] = [daemon(redis.url, deadline), daemon(redis.url, deadline)];
  await wrong(first, 'mark of the first');
  await wrong(second, 'mark of the second');
  await eventually(() => seen(first)).toBe(2);
  await eventually(() => seen(second)).toBe(2);
  return [first, second];
}

test('two daemons count the same guesser, and know the same networks', async () => {
  const [first, second] = await two();
  for (let n = 0; n < 18; n += 1) await wrong(n % 2 ? first : second, `wrong ${n}`);
  await wrong(second, 'wrong 1');
  for (const one of [first, second]) {
    expect(await one.judge({ user: alice, ip: botnet, password: 'next' })).toMatchObject({ kind: 'refuse' });
    expect(await one.judge({ user: alice, ip: home, password: 'next' })).toEqual({ kind: 'pass' });
  }
  await right(first, botnet);
  expect(await seen(second)).toBe(0);
  expect(await isKnown(second, botnet)).toBe(true);
});

test('a killed Redis changes no verdict of this process, and hears all of it when it is back', async () => {
  const [first, second] = await two();
  for (let n = 0; n < 10; n += 1) await wrong(first, `wrong ${n}`);
  await redis.kill();
  await right(first);
  for (let n = 10; n < 19; n += 1) await wrong(first, `wrong ${n}`);
  expect(await first.judge({ user: alice, ip: botnet, password: 'next' })).toMatchObject({ kind: 'refuse' });
  expect(await first.judge({ user: alice, ip: home, password: 'next' })).toEqual({ kind: 'pass' });
  await redis.start();
  // What Redis knew is lost with it; what it missed is brought to it.
  await eventually(() => seen(first)).toBeGreaterThanOrEqual(9);
  await eventually(() => isKnown(second)).toBe(true);
  await eventually(() => seen(second)).toBeGreaterThanOrEqual(9);
});

test('a success during an outage forgives after it too', async () => {
  const [first, second] = await two(500);
  for (let n = 0; n < 25; n += 1) await wrong(first, `wrong ${n}`, home);
  redis.freeze();
  await right(first);
  expect(await seen(first, home)).toBe(0);
  redis.thaw();
  await eventually(() => seen(second, home)).toBe(0);
  await eventually(() => isKnown(second)).toBe(true);
});

test('a Redis that hangs is waited for once, and then left alone', async () => {
  const [first] = await two(500);
  redis.freeze();
  const asked = Array.from({ length: 50 }, async (_, n) =>
    first.judge({ user: alice, ip: botnet, password: `many ${n}` }),
  );
  const verdicts = await Promise.all(asked);
  expect(verdicts).toHaveLength(50);
  expect(verdicts.some(({ kind }) => kind === 'refuse')).toBe(true);
});

test('under load, killed and restarted again and again, nobody waits for it and no owner is refused', async () => {
  const [first, second] = await two();
  await right(first);
  let ends = false;
  // On a busy machine too each of them hears of more than it takes to be refused.
  const load = Promise.all(
    [first, second].map(async (one, who) => {
      for (let n = 0; !ends || n < 50; n += 1) {
        // Answers from memory alone would leave no turn to anybody else.
        await new Promise(setImmediate);
        const attempt = { user: alice, ip: botnet, password: `load ${who} ${n}` };
        const verdict = await one.judge(attempt);
        if (verdict.kind !== 'refuse') await one.report(attempt, 'wrong');
        const own = await one.judge({ user: alice, ip: home, password: 'a new one' });
        expect(own).toEqual({ kind: 'pass' });
        await one.report({ user: alice, ip: home, password: 'a new one' }, 'undecided');
      }
    }),
  );
  for (let n = 0; n < 4; n += 1) {
    await redis.kill();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await redis.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  ends = true;
  await load;
  for (const one of [first, second]) {
    expect(await one.judge({ user: alice, ip: botnet, password: 'x' })).toMatchObject({ kind: 'refuse' });
  }
});

test('no user, network or password can be read in Redis, and every set ends', async () => {
  const [first] = await two();
  await right(first);
  const { Redis } = await import('ioredis');
  const client = new Redis(redis.url);
  const keys = await client.keys('*');
  expect(keys.length).toBeGreaterThan(3);
  for (const key of keys) {
    const shown = `${key} ${(await client.zrange(key, '0', '-1')).join(' ')}`;
    expect(shown).not.toMatch(/alice|192\.0|203\.0|secret|mark of/);
    expect(await client.pttl(key)).toBeGreaterThan(0);
  }
  client.disconnect();
});

describe('other forms', () => {
  test('a Redis with a password', async () => {
    const guarded = await startRedis('--requirepass', 'sesame');
    onTestFinished(() => guarded.kill());
    const [first, second] = [1, 2].map(() => daemon(`redis://:sesame@127.0.0.1:${guarded.port}/1`));
    if (!first || !second) throw new Error('two were made');
    await wrong(first, 'one');
    await eventually(() => seen(second)).toBe(1);
  });

  test('a cluster', async () => {
    const node = await startRedis('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
    onTestFinished(() => node.kill());
    const { Redis } = await import('ioredis');
    const client = new Redis(node.url);
    await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await eventually(async () => String(await client.call('CLUSTER', 'INFO'))).toContain('cluster_state:ok');
    client.disconnect();
    const [first, second] = [1, 2].map(() => daemon(`redis+cluster://127.0.0.1:${node.port}`));
    if (!first || !second) throw new Error('two were made');
    await wrong(first, 'one');
    await eventually(() => seen(second)).toBe(1);
  });
});
