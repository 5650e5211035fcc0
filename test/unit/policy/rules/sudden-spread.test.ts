import { beforeEach, describe, expect, test } from 'vitest';
import { createCharging } from '../../../../src/policy/limits/charging.ts';
import { type Counter, type Limit, limitsInForce } from '../../../../src/policy/limits/limit.ts';
import { createMemoryCounts } from '../../../../src/policy/limits/memory-counts.ts';
import type { Password } from '../../../../src/policy/limits/sent-by.ts';
import type { PolicyRequest } from '../../../../src/policy/request.ts';
import { rateLimits } from '../../../../src/policy/rules/rate-limits.ts';
import { suddenSpread } from '../../../../src/policy/rules/sudden-spread.ts';
import type { PolicyServices } from '../../../../src/policy/services.ts';
import type { Judgement } from '../../../../src/policy/verdict.ts';

const limit = (counter: Counter, max: number, more: Partial<Limit> = {}): Limit => ({
  by: 'credential',
  counter,
  window: 3_600_000,
  max,
  isPermanent: false,
  suspends: true,
  ...more,
});
const phone: Password = { id: '17', service: 'smtp', label: 'phone', isSuspended: false, restoredAt: null };
const desk: Password = { ...phone, id: '18', label: 'desk' };

let time = 1_700_000_000_000;
let password: Password | undefined;
let suspended: unknown[];
beforeEach(() => {
  password = phone;
  suspended = [];
});

function services(limits: readonly Limit[], isEnforced = true): PolicyServices {
  const facts = { login: 'alice@example.org', domain: 'example.org', limits };
  const peek = () => ({ kind: 'known', value: facts, lastKnown: false }) as const;
  const charge = createCharging({
    count: createMemoryCounts({ now: () => time }).charge,
    limits: { peek, load: async () => new Map() },
    sentBy: () => password,
    isEnforced: () => isEnforced,
  });
  const suspend: PolicyServices['suspend'] = ({ whose }, why, details) =>
    void suspended.push([whose.credential, why, details]);
  return { charge, suspend } as unknown as PolicyServices;
}

let messages = 0;
const request = (recipient: string, address = '192.0.2.7'): PolicyRequest =>
  ({
    state: 'RCPT',
    recipient,
    size: 0,
    instance: `1a2b.${++messages}`,
    client: { address, name: 'unknown', reverseName: 'unknown' },
    sasl: { username: 'alice@example.org', method: 'PLAIN', sender: '' },
  }) as PolicyRequest;

/** As in a daemon that enforces both rules. */
async function send(all: PolicyServices, recipient: string, address?: string): Promise<Judgement> {
  const one = request(recipient, address);
  for (const rule of [suddenSpread, rateLimits]) {
    const judgement = await rule.judge(one, all);
    if (judgement.kind === 'wait') judgement.deed?.();
    if (judgement.kind !== 'pass') return judgement;
  }
  return { kind: 'pass' };
}

describe('sudden-spread', () => {
  test('suspends the password that goes to too many new recipients, and says why', async () => {
    const all = services([limit('new_recipients', 2)]);
    for (const to of ['a@x.example', 'b@x.example', 'a@x.example']) {
      expect(await send(all, to)).toEqual({ kind: 'pass' });
    }
    expect(await send(all, 'c@x.example')).toMatchObject({
      kind: 'wait',
      reply: {
        code: 450,
        status: '4.7.1',
        text: 'This password is suspended: 3 new recipients in 60 minutes, of 2',
      },
      because: { counter: 'new_recipients', used: 3, limit: 2 },
    });
    expect(suspended).toEqual([
      [
        'password 17 (phone) of alice@example.org',
        '3 new recipients in 60 minutes, of 2',
        { counter: 'new_recipients', used: 3, limit: 2, window: 3600, client: '192.0.2.7' },
      ],
    ]);
    // Also to those who are known: it is the password that is stopped.
    expect((await send(all, 'a@x.example')).kind).toBe('wait');
  });

  test('and that one alone', async () => {
    const all = services([limit('new_recipients', 1)]);
    await send(all, 'a@x.example');
    expect((await send(all, 'b@x.example')).kind).toBe('wait');
    password = desk;
    expect((await send(all, 'a@x.example')).kind).toBe('pass');
  });

  test('counts networks from which the user has not sent of late, each once', async () => {
    const all = services([limit('new_networks', 2)]);
    const from = (address: string) => send(all, 'zoe@x.example', address);
    for (const address of ['192.0.2.7', '192.0.2.200', '198.51.100.1', '192.0.2.7', 'unknown']) {
      expect((await from(address)).kind).toBe('pass');
    }
    expect((await from('2001:db8:1::1')).kind).toBe('wait');
    expect(suspended).toMatchObject([[expect.anything(), '3 new networks in 60 minutes, of 2', {}]]);
    // Two hours later they are known.
    time += 7_200_000;
    for (const address of ['192.0.2.7', '198.51.100.1', '2001:db8:1::1']) {
      expect((await from(address)).kind).toBe('pass');
    }
  });

  test('suspends nothing where the password is not known: mail waits until the limit frees', async () => {
    password = undefined;
    const all = services([limit('new_recipients', 1)]);
    await send(all, 'a@x.example');
    expect(await send(all, 'b@x.example')).toMatchObject({
      kind: 'wait',
      reply: { text: 'Mail of this user spreads suddenly: 2 new recipients in 60 minutes, of 1' },
    });
    expect(suspended).toMatchObject([['unknown password of alice@example.org', expect.anything(), {}]]);
    time += 7_200_000;
    expect((await send(all, 'c@x.example')).kind).toBe('pass');
  });

  test('lets the mail of a suspended password wait, who had logged in before', async () => {
    const all = services([limit('new_recipients', 100)]);
    password = { ...phone, isSuspended: true };
    expect(await send(all, 'a@x.example')).toMatchObject({
      kind: 'wait',
      reply: { text: expect.stringMatching(/^This password is suspended/u) },
    });
    expect(suspended).toEqual([]);
  });

  test('begins anew after a restoration', async () => {
    const all = services([limit('new_recipients', 1)]);
    await send(all, 'a@x.example');
    expect((await send(all, 'b@x.example')).kind).toBe('wait');
    password = { ...phone, restoredAt: '2026-11-29 08:30:00+00' };
    expect((await send(all, 'c@x.example')).kind).toBe('pass');
    expect((await send(all, 'd@x.example')).kind).toBe('wait');
  });

  test('counts nothing of what another limit puts off', async () => {
    const all = services([limit('new_recipients', 2), limit('messages', 1, { by: 'user', suspends: false })]);
    for (const to of ['a', 'b', 'c', 'd', 'e']) await send(all, `${to}@x.example`);
    expect(suspended).toEqual([]);
  });

  describe('where what another limit would put off is sent all the same', () => {
    const limits = [limit('new_recipients', 2), limit('messages', 1, { by: 'user', suspends: false })];

    test('counts it, and suspends', async () => {
      const all = services(limits, false);
      for (const to of ['a', 'b', 'b']) {
        expect(await suddenSpread.judge(request(`${to}@x.example`), all)).toEqual({ kind: 'pass' });
      }
      expect(await suddenSpread.judge(request('c@x.example'), all)).toMatchObject({
        because: { counter: 'new_recipients', used: 3, limit: 2 },
      });
    });

    test('the other rule says the same as if it were enforced, and counts what it would have let through', async () => {
      const all = services(limits, false);
      for (const { kind, used } of [{ kind: 'pass' }, { kind: 'wait', used: 1 }, { kind: 'wait', used: 1 }]) {
        const one = request('a@x.example');
        await suddenSpread.judge(one, all);
        const judgement = await rateLimits.judge(one, all);
        expect(judgement).toMatchObject(used ? { kind, because: { counter: 'messages', used } } : { kind });
      }
    });
  });

  test('has limits as shipped, below those at which a message waits', () => {
    const shipped = limitsInForce([]).filter(({ suspends }) => suspends);
    expect(shipped.map(({ counter }) => counter).sort()).toEqual([
      'bounces',
      'new_networks',
      'new_recipients',
    ]);
    for (const { counter, window, max } of shipped) {
      const waits = limitsInForce([]).find(
        (one) => !one.suspends && one.counter === counter && one.window === window,
      );
      expect(max).toBeLessThan(waits?.max ?? Number.POSITIVE_INFINITY);
    }
  });
});
