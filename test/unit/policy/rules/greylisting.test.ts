import { describe, expect, test } from 'vitest';
import { later } from '../../../../src/base/answer.ts';
import { correspondentOf, type Keyed, keysOf } from '../../../../src/policy/greylist/keys.ts';
import type { Seen } from '../../../../src/policy/greylist/state.ts';
import { greylisting } from '../../../../src/policy/rules/greylisting.ts';
import { pass } from '../../../../src/policy/verdict.ts';
import { addressBook, awayCache, memoryCache } from '../../../support/address-book.ts';
import { login, request, servicesOf } from '../requests.ts';

const stranger = { client: { address: '192.0.2.7', name: 'unknown', reverseName: 'unknown' } };
const mail = request({ ...stranger, sender: 'ann@example.net', recipient: 'alice@example.org' });
const keys = keysOf('192.0.2.7', 'ann@example.net', 'alice@example.org');
const greylist = servicesOf().greylist;
const book = { domains: { 'example.org': {} }, mailboxes: { 'alice@example.org': true as const } };
const { answer } = addressBook(book);

function judge(asked = mail, seen: [Keyed, Seen][] = [], changes: Parameters<typeof servicesOf>[0] = {}) {
  const recorded: [kind: string, passes: number][] = [];
  const services = servicesOf({
    answer,
    greylist: {
      ...greylist,
      seen: memoryCache(new Map(seen.map(([{ key }, fact]) => [key, fact]))),
      record: ({ kind }, passes) => void recorded.push([kind, passes]),
      now: () => 1_000_000,
    },
    ...changes,
  });
  return { judgement: greylisting.judge(asked, services), recorded };
}

const seenAt = (firstSeenAt: number, passes = 0): Seen => ({ firstSeenAt, passes, endsAt: 1e12 });

test('a stranger waits, and is told how long', () => {
  expect(judge()).toMatchObject({
    judgement: {
      kind: 'wait',
      reply: { code: 451, status: '4.7.1', text: 'Greylisted, try again in 300 s' },
      because: { why: 'new', network: '192.0.2.0/24' },
    },
    recorded: [['triplet', 0]],
  });
});

test('and passes when he comes again', () => {
  const { judgement, recorded } = judge(mail, [[keys.triplet, seenAt(600_000)]]);
  expect(judgement).toBe(pass);
  expect(recorded).toEqual([
    ['triplet', 1],
    ['client', 1],
  ]);
});

test('from another machine of his network too, in any letter case', () => {
  const other = { ...mail, client: { ...mail.client, address: '192.0.2.99' }, sender: 'Ann@Example.NET' };
  expect(judge(other, [[keys.triplet, seenAt(600_000)]]).judgement).toBe(pass);
});

test('whoever a user has written to passes', () => {
  expect(judge(mail, [[correspondentOf('ann@example.net'), seenAt(0)]]).judgement).toBe(pass);
});

describe('mail of a known network', () => {
  const known = (endsAt: number): [Keyed, Seen][] => [[keys.client, { firstSeenAt: 0, passes: 5, endsAt }]];

  test('passes by that one fact, whatever else is away', () => {
    const seen = memoryCache(new Map(known(1e12).map(([{ key }, fact]) => [key, fact])));
    const alone: typeof seen = {
      peek: (key) => (key === keys.client.key ? seen.peek(key) : undefined),
      load: () => Promise.reject(new Error('asked the database')),
    };
    const { judgement, recorded } = judge(mail, [], {
      greylist: { ...greylist, seen: alone, trouble: () => 'read-only' },
      recall: () => later('the lists are away'),
    });
    expect(judgement).toBe(pass);
    expect(recorded).toEqual([]);
  });
  test('renews it when it would end before long', () => {
    const { judgement, recorded } = judge(mail, known(2_000_000));
    expect(judgement).toBe(pass);
    expect(recorded).toEqual([['client', 0]]);
  });
});

const allowed = new Map([['sender @example.net', [{ owner: '', verdict: 'allow', bits: 0 } as const]]]);
test.each([
  ['the null sender', request({ ...mail, sender: '' }), {}],
  ['a client without an address', request({ ...mail, client: { ...mail.client, address: 'unknown' } }), {}],
  ['who is on an allow list', mail, { answer: addressBook({ ...book, access: allowed }).answer }],
  ['an own network', mail, { greylist: { ...greylist, exempt: ['192.0.2.0/24'] } }],
])('passes, and is not remembered: %s', (_what, asked, changes) => {
  const { judgement, recorded } = judge(asked, [], changes);
  expect(judgement).toBe(pass);
  expect(recorded).toEqual([]);
});

describe('who has logged in passes,', () => {
  const sent = (recipient: string) =>
    judge(request({ ...login('alice@example.org'), sender: 'alice@example.org', recipient }));

  test('and makes a correspondent of whom he writes to', () => {
    expect(sent('Ann@example.net')).toEqual({ judgement: pass, recorded: [['correspondent', 0]] });
  });
  test('but not of our own addresses, which a stranger might borrow', () => {
    expect(sent('bob@example.org')).toEqual({ judgement: pass, recorded: [] });
  });
});

describe('what cannot be found out is later, and passes:', () => {
  test.each([
    ['the database is away', { greylist: { ...greylist, seen: awayCache<Seen>(new Map()) } }],
    ['nothing can be written', { greylist: { ...greylist, trouble: () => 'read-only' } }],
  ])('%s', async (_what, changes) => {
    expect(await judge(mail, [], changes).judgement).toMatchObject({ kind: 'later' });
    expect(greylisting.whenUnknown).toBe('pass');
  });
});
