import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silent } from '../../../../src/base/log.ts';
import type { Fact } from '../../../../src/database/facts.ts';
import { type ChargingParts, createCharging } from '../../../../src/policy/limits/charging.ts';
import { type Limit, type LimitFacts, limitsInForce, shipped } from '../../../../src/policy/limits/limit.ts';
import { createMemoryCounts } from '../../../../src/policy/limits/memory-counts.ts';
import { createRedisCounts } from '../../../../src/policy/limits/redis-counts.ts';
import { createSharedCounts } from '../../../../src/policy/limits/shared-counts.ts';
import type { PolicyRequest } from '../../../../src/policy/request.ts';
import { rateLimits } from '../../../../src/policy/rules/rate-limits.ts';
import type { PolicyServices } from '../../../../src/policy/services.ts';
import type { Redis } from '../../../../src/redis/redis.ts';

const time = 1_700_000_000_000;
const limit = (more: Partial<Limit>): Limit => ({
  by: 'user',
  counter: 'recipients',
  window: 3_600_000,
  max: 2,
  isPermanent: false,
  suspends: false,
  ...more,
});
const factsOf = (limits: readonly Limit[], login = 'alice@example.org'): LimitFacts => ({
  login,
  domain: login === '' ? '' : 'example.org',
  limits,
});

const request = (more: Partial<PolicyRequest> = {}, username = 'alice@example.org'): PolicyRequest => ({
  state: 'RCPT',
  sender: 'alice@example.org',
  recipient: 'zoe@elsewhere.net',
  recipientCount: 0,
  size: 0,
  instance: `${Math.random()}`,
  queueId: '',
  client: { address: '192.0.2.7', name: 'unknown', reverseName: 'unknown' },
  helo: 'client',
  sasl: { username, method: '', sender: '' },
  tls: { protocol: '', fingerprint: '' },
  context: '',
  ...more,
});

/** Facts by login; undefined: it is not ours. */
const services = (
  facts: Readonly<Record<string, LimitFacts | undefined>>,
  more: Partial<ChargingParts> = {},
) => {
  const counts = createMemoryCounts({ now: () => time });
  const limits = {
    peek: (key: string) => ({ kind: 'known', value: facts[key], lastKnown: false }) as const,
    load: async () => new Map(),
  };
  const parts = { count: counts.charge, limits, sentBy: () => undefined, isEnforced: () => true };
  const charge = createCharging({ ...parts, ...more });
  return { charge } as unknown as PolicyServices;
};

const judge = async (one: PolicyRequest, all: PolicyServices) => rateLimits.judge(one, all);

describe('rate-limits', () => {
  test('answers at once from memory', () => {
    const all = services({ 'alice@example.org': factsOf([limit({})]) });
    expect(rateLimits.judge(request(), all)).toEqual({ kind: 'pass' });
  });

  test('says which counter, what was used, the limit and when it frees', async () => {
    const all = services({ 'alice@example.org': factsOf([limit({})]) });
    await judge(request(), all);
    await judge(request(), all);
    expect(await judge(request({}, 'ALICE@Example.org'), all)).toMatchObject({
      kind: 'wait',
      reply: {
        code: 450,
        status: '4.7.1',
        text: expect.stringMatching(/^Too many recipients: 2 of 2 in 60 minutes; try again in \d+ minutes$/u),
      },
      because: {
        counter: 'recipients',
        by: 'user',
        whose: 'alice@example.org',
        used: 2,
        limit: 2,
        window: 3600,
      },
    });
  });

  test('refuses for good where the limit says so', async () => {
    const all = services({ 'alice@example.org': factsOf([limit({ max: 0, isPermanent: true })]) });
    expect(await judge(request(), all)).toMatchObject({
      kind: 'refuse',
      reply: { code: 550, status: '5.7.1' },
    });
  });

  test.each([
    ['who is new', 'new_recipients', ''],
    ['that a message is one more of which a recipient was taken', 'messages', '4ABC'],
  ] as const)('asks to come again where a lost memory alone may say %s', async (_, counter, queueId) => {
    const none = [limit({ counter, max: 0, isPermanent: true })];
    const all = services({ 'alice@example.org': factsOf(none) });
    expect(await judge(request({ queueId }), all)).toMatchObject({ kind: 'wait', reply: { code: 450 } });
  });

  test('counts a message once for all its recipients, and bytes when they are known', async () => {
    const limits = [limit({ counter: 'messages', max: 1 }), limit({ counter: 'bytes', max: 1000 })];
    const all = services({ 'alice@example.org': factsOf(limits) });
    const one = { instance: 'one' };
    expect((await judge(request({ ...one, recipient: 'a@x.example' }), all)).kind).toBe('pass');
    expect((await judge(request({ ...one, recipient: 'b@x.example' }), all)).kind).toBe('pass');
    const end = request({ ...one, state: 'END-OF-MESSAGE', size: 1000 });
    expect((await judge(end, all)).kind).toBe('pass');
    expect((await judge(end, all)).kind).toBe('pass');
    expect(await judge(request(), all)).toMatchObject({ because: { counter: 'messages' } });
    const more = request({ state: 'END-OF-MESSAGE', size: 1 });
    expect(await judge(more, all)).toMatchObject({ because: { counter: 'bytes', used: 1000 } });
  });

  test('lets strangers alone unless a limit counts their network', async () => {
    const alone = services({ '': factsOf([limit({ max: 0 })], '') });
    expect((await judge(request({}, ''), alone)).kind).toBe('pass');
    const counted = services({ '': factsOf([limit({ by: 'network', max: 0 })], '') });
    expect(await judge(request({}, ''), counted)).toMatchObject({ because: { whose: '192.0.2.0/24' } });
  });

  test('limits a login that is not ours as everybody', async () => {
    const all = services({ '': factsOf([limit({ max: 0 })], '') });
    expect(await judge(request({}, 'ghost'), all)).toMatchObject({ because: { whose: 'ghost' } });
  });

  test('counts what is sent with a password, apart from what is sent with another', async () => {
    const sentBy = (_: string, { client: { address } }: PolicyRequest) =>
      ({
        '192.0.2.7': { id: '17', service: 'smtp', label: 'phone', isSuspended: false, restoredAt: null },
        '192.0.2.8': { id: '18', service: 'smtp', label: 'desk', isSuspended: false, restoredAt: null },
      })[address];
    const facts = { 'alice@example.org': factsOf([limit({ by: 'credential', max: 1 })]) };
    const all = services(facts, { sentBy });
    const from = (address: string) =>
      judge(request({ client: { address, name: 'unknown', reverseName: 'unknown' } }), all);
    for (const address of ['192.0.2.7', '192.0.2.8', '192.0.2.9']) {
      expect((await from(address)).kind).toBe('pass');
    }
    expect(await from('192.0.2.7')).toMatchObject({
      because: { by: 'credential', whose: 'password 17 (phone) of alice@example.org' },
    });
    // Of whom is not known which password it was, all is counted together.
    expect(await from('192.0.2.10')).toMatchObject({
      because: { whose: 'unknown password of alice@example.org' },
    });
  });

  test('counts a request once, however many rules ask', async () => {
    const all = services({ 'alice@example.org': factsOf([limit({ max: 1 })]) });
    const one = request({ instance: '' });
    expect((await judge(one, all)).kind).toBe('pass');
    expect((await judge(one, all)).kind).toBe('pass');
    expect((await judge(request({ instance: '' }), all)).kind).toBe('wait');
  });

  test('says later when the limits cannot be read', async () => {
    const away: Fact<LimitFacts> = { kind: 'later', why: 'the database is away' };
    const load = async (keys: readonly string[]) => new Map(keys.map((key) => [key, away]));
    const all = services({}, { limits: { peek: () => undefined, load } });
    expect(await judge(request(), all)).toEqual(away);
  });

  test('no failure of Redis or of the database makes a refusal that is not due', async () => {
    const moods = fc.array(fc.constantFrom('within', 'over', 'fails', 'hangs', 'down', 'no database'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(moods, async (sequence) => {
        let mood = 'within';
        const run = (): Promise<string> => {
          if (mood === 'fails') return Promise.reject(new Error('away'));
          if (mood === 'hangs') return new Promise(() => undefined);
          return Promise.resolve(mood === 'over' ? '[[1,99,1]]' : '[[0,[0,1],[0],[6]]]');
        };
        const redis = { script: () => run, isUp: () => mood !== 'down', isCluster: false };
        const counts = createSharedCounts({
          shared: createRedisCounts(redis as unknown as Redis, { deadline: 1 }),
          own: createMemoryCounts({ now: () => time }),
          clock: { now: () => 0, date: () => new Date(time) },
          log: silent,
          restFor: 0,
        });
        const facts = { 'alice@example.org': factsOf([limit({ max: 100, isPermanent: true })]) };
        const all = services(facts, { count: counts.charge });
        const nothing = { peek: () => undefined, load: async () => new Map() };
        const without = services(facts, { count: counts.charge, limits: nothing });
        for (mood of sequence) {
          const judgement = await judge(request(), mood === 'no database' ? without : all);
          if (judgement.kind === 'refuse') expect(mood).toBe('over');
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the limits in force', () => {
  test('are the shipped ones where no row says anything', () => {
    expect(limitsInForce([])).toEqual(shipped);
  });

  test('a row replaces the shipped limit of its counter and window, and lifts it if it is unlimited', () => {
    const [first, ...others] = shipped;
    if (!first) throw new Error('nothing is shipped');
    expect(limitsInForce([{ ...first, max: 7 }])).toEqual([{ ...first, max: 7 }, ...others]);
    expect(limitsInForce([{ ...first, max: null }])).toEqual(others);
  });
});
