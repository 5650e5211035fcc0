import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Answer, absent, found, later } from '../../../../src/base/answer.ts';
import { seconds } from '../../../../src/base/clock.ts';
import type { Fact } from '../../../../src/database/facts.ts';
import type { Counted } from '../../../../src/net/doveadm.ts';
import { recipientQuota } from '../../../../src/policy/rules/recipient-quota.ts';
import type { QuotaFacts } from '../../../../src/quota/facts.ts';
import type { FullMailboxes } from '../../../../src/quota/fits.ts';
import { cachesOf } from '../../../support/address-book.ts';
import { request, servicesOn } from '../requests.ts';

/** Addresses are login names here. */
const free = { limit: null, usage: 0 };
const quota = (facts: Partial<QuotaFacts>): QuotaFacts => ({
  ...{ login: '', storage: free, messages: free, domain: { name: 'x.org', limit: null }, fullFor: undefined },
  ...facts,
});

const quotas: Record<string, QuotaFacts> = {
  'free@x.org': quota({}),
  'roomy@x.org': quota({ storage: { limit: 1000, usage: 100 } }),
  'tight@x.org': quota({ storage: { limit: 1000, usage: 900 } }),
  'full@x.org': quota({ storage: { limit: 1000, usage: 1000 }, fullFor: seconds(60) }),
  'many@x.org': quota({ messages: { limit: 5, usage: 5 }, fullFor: seconds(60) }),
  'nearly@x.org': quota({ domain: { name: 'nearly.org', limit: 5000 } }),
  'domain@x.org': quota({ domain: { name: 'over.org', limit: 5000 } }),
  'lastknown@x.org': quota({ domain: { name: 'old.org', limit: 5000 } }),
  'unsummed@x.org': quota({ domain: { name: 'slow.org', limit: 5000 } }),
  'emptied@x.org': quota({ storage: { limit: 5000, usage: 5000 }, fullFor: seconds(60) }),
  'same@x.org': quota({ storage: { limit: 5000, usage: 5000 }, fullFor: seconds(60) }),
  'uncounted@x.org': quota({ messages: { limit: 5, usage: 5 }, fullFor: seconds(60) }),
  'gone@x.org': quota({ messages: { limit: 5, usage: 5 }, fullFor: seconds(60) }),
};

const totals: Record<string, Fact<number>> = {
  'nearly.org': { kind: 'known', value: 4500, lastKnown: false },
  'over.org': { kind: 'known', value: 6000, lastKnown: false },
  'old.org': { kind: 'known', value: 6000, lastKnown: true },
  'slow.org': later('no answer within 2000 ms'),
};

/** By Dovecot; who is not here it counts as he was reported. */
const counted: Record<string, Answer<Counted>> = {
  'emptied@x.org': found({ kibibytes: 1, messages: 1 }),
  'uncounted@x.org': later('Dovecot is away'),
  'gone@x.org': absent,
};

const services = servicesOn(
  cachesOf({
    domains: { 'x.org': {} },
    mailboxes: Object.fromEntries(
      [...Object.keys(quotas), 'away@x.org', 'old@x.org', 'new@x.org'].map((one) => [one, true]),
    ),
    aliases: {
      'alias@x.org': ['full@x.org'],
      'all@x.org': ['full@x.org', 'many@x.org'],
      'some@x.org': ['full@x.org', 'free@x.org'],
      'out@x.org': ['full@x.org', 'friend@elsewhere.example'],
      'passing@x.org': ['domain@x.org', 'free@x.org'],
      'mixed@x.org': ['domain@x.org', 'full@x.org', 'free@x.org'],
      'turned@x.org': ['emptied@x.org', 'full@x.org'],
      'halfsure@x.org': ['free@x.org', 'uncounted@x.org'],
      'unproven@x.org': ['full@x.org', 'uncounted@x.org'],
      'unsure@x.org': ['free@x.org', 'away@x.org'],
    },
  }),
);

for (const [address, { storage, messages }] of Object.entries(quotas)) {
  quotas[address] = { ...(quotas[address] as QuotaFacts), login: address };
  counted[address] ??= found({ kibibytes: Math.ceil(storage.usage / 1024), messages: messages.usage });
}

function fact(address: string): Fact<QuotaFacts> {
  if (address === 'away@x.org') return later('the database is away');
  if (address === 'old@x.org') return { kind: 'known', value: quotas['full@x.org'], lastKnown: true };
  return { kind: 'known', value: quotas[address], lastKnown: false };
}

async function judged(
  recipient: string,
  { size = 0, grace = 0, some = 'pass' }: { size?: number } & Partial<FullMailboxes> = {},
): Promise<string> {
  const judgement = await recipientQuota.judge(request({ recipient, size }), {
    ...services,
    quotas: {
      peek: () => undefined,
      load: async (keys) => new Map(keys.map((key) => [key, fact(key)])),
    },
    totals: {
      peek: () => undefined,
      load: async (keys) => new Map(keys.map((key) => [key, totals[key] as Fact<number>])),
    },
    count: async (login) => counted[login] ?? absent,
    fullMailboxes: { grace, some },
  });
  return 'reply' in judgement ? `${judgement.reply.code} ${judgement.reply.status}` : judgement.kind;
}

test.each<[string, Parameters<typeof judged>, string]>([
  ['a mailbox without a limit takes all', ['free@x.org', { size: 1e12 }], 'pass'],
  ['a mailbox of which nothing is known takes all', ['new@x.org'], 'pass'],
  ['a message that fits is taken', ['roomy@x.org', { size: 900 }], 'pass'],
  ['a full mailbox refuses', ['full@x.org'], '552 5.2.2'],
  ['and by an address with an extension', ['full+lists@x.org'], '552 5.2.2'],
  ['too many messages are too much', ['many@x.org'], '552 5.2.2'],
  ["what is full is the domain's total, which nobody can prove at once", ['domain@x.org'], '452 4.2.2'],
  ['a total that is only last known proves nothing', ['lastknown@x.org'], 'later'],
  ['nor does one that could not be summed', ['unsummed@x.org'], 'later'],
  ['so it is with too little left of it', ['nearly@x.org', { size: 600 }], '452 4.2.2'],
  [
    'and a message that is larger than what all may hold never fits',
    ['nearly@x.org', { size: 5001 }],
    '552 5.3.4',
  ],
  ['within its grace a full mailbox waits', ['full@x.org', { grace: seconds(61) }], '452 4.2.2'],
  ['and not after it', ['full@x.org', { grace: seconds(60) }], '552 5.2.2'],
  ['a message larger than what is left is refused', ['tight@x.org', { size: 101 }], '552 5.2.2'],
  ['or waits, where there is a grace', ['tight@x.org', { size: 101, grace: 1 }], '452 4.2.2'],
  ['one that is larger than the mailbox never fits', ['tight@x.org', { size: 1001, grace: 1 }], '552 5.3.4'],
  ['an alias of a full mailbox refuses', ['alias@x.org'], '552 5.2.2'],
  ['a group of full mailboxes refuses', ['all@x.org'], '552 5.2.2'],
  ['a group with room somewhere passes', ['some@x.org'], 'pass'],
  ['or waits', ['some@x.org', { some: 'wait' }], '452 4.2.2'],
  ['or refuses, as is chosen', ['some@x.org', { some: 'refuse' }], '552 5.2.2'],
  ['but not for who has his grace', ['some@x.org', { some: 'refuse', grace: seconds(61) }], '452 4.2.2'],
  ['nor for a full domain, which nobody can prove', ['passing@x.org', { some: 'refuse' }], '452 4.2.2'],
  ['but for who is full besides', ['mixed@x.org', { some: 'refuse' }], '552 5.2.2'],
  ['a mailbox that Dovecot counts to be empty takes all', ['emptied@x.org'], 'pass'],
  ['and what fits, of which it counts so much', ['emptied@x.org', { size: 4999 }], 'pass'],
  ['and no more', ['emptied@x.org', { size: 5000 }], '552 5.2.2'],
  ['what it counts in KiB is what was reported, if that may be', ['same@x.org'], '552 5.2.2'],
  ['a group of which one is empty after all passes', ['turned@x.org'], 'pass'],
  ['what cannot be counted is not proven', ['uncounted@x.org'], 'later'],
  ['also of one among several', ['unproven@x.org'], 'later'],
  ['also within a grace', ['uncounted@x.org', { grace: seconds(61) }], 'later'],
  ['whom Dovecot does not know is not proven to be full', ['gone@x.org'], 'later'],
  ['nothing is counted where one takes it anyway', ['halfsure@x.org'], 'pass'],
  ['who is elsewhere takes it', ['out@x.org'], 'pass'],
  ['who does not exist is for others', ['nobody@x.org'], 'pass'],
  ['who is no address too', ['@'], 'pass'],
  ['what could not be found out is later', ['away@x.org'], 'later'],
  ['also of one among several', ['unsure@x.org'], 'later'],
  ['what is only last known refuses nobody', ['old@x.org'], 'later'],
])('%s', async (_, request, answer) => expect(await judged(...request)).toBe(answer));

test('whatever was reported, and whoever can be asked: nobody is refused for good whose mailbox has room', async () => {
  const holding = fc.record({
    usage: fc.integer({ min: 0, max: 9000 }),
    messages: fc.integer({ min: 0, max: 9 }),
  });
  const mailbox = fc.record({ reported: holding, holds: holding, isAway: fc.boolean() });
  const sizes = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6000 }));
  await fc.assert(
    fc.asyncProperty(mailbox, mailbox, sizes, async (full, some, size) => {
      const all: Record<string, typeof full> = { 'full@x.org': full, 'many@x.org': some };
      const limits = { storage: 4096, messages: 5 };
      const judgement = await recipientQuota.judge(request({ recipient: 'all@x.org', size }), {
        ...services,
        quotas: {
          peek: (address) => {
            const { usage, messages } = all[address]?.reported ?? { usage: 0, messages: 0 };
            const value = quota({
              login: address,
              storage: { limit: limits.storage, usage },
              messages: { limit: limits.messages, usage: messages },
              fullFor: seconds(60),
            });
            return { kind: 'known', value, lastKnown: false };
          },
          load: async () => new Map(),
        },
        count: async (login) => {
          const { isAway, holds } = all[login] ?? some;
          if (isAway) return later('away');
          return found({ kibibytes: Math.ceil(holds.usage / 1024), messages: holds.messages });
        },
      });
      if (judgement.kind !== 'refuse') return;
      for (const { holds, reported } of Object.values(all)) {
        // doveadm says KiB.
        const usage =
          Math.ceil(holds.usage / 1024) === Math.ceil(reported.usage / 1024) ? reported.usage : holds.usage;
        expect(
          usage + size > limits.storage || usage >= limits.storage || holds.messages >= limits.messages,
        ).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
