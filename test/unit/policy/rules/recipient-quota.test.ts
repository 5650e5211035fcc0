import { expect, test } from 'vitest';
import { later } from '../../../../src/base/answer.ts';
import { seconds } from '../../../../src/base/clock.ts';
import type { Fact } from '../../../../src/database/facts.ts';
import { recipientQuota } from '../../../../src/policy/rules/recipient-quota.ts';
import type { QuotaFacts } from '../../../../src/quota/facts.ts';
import type { FullMailboxes } from '../../../../src/quota/fits.ts';
import { cachesOf } from '../../../support/address-book.ts';
import { request, servicesOn } from '../requests.ts';

const free = { limit: null, usage: 0 };
const quota = (facts: Partial<QuotaFacts>): QuotaFacts => ({
  ...{ storage: free, messages: free, domain: free, fullFor: undefined },
  ...facts,
});

const quotas: Record<string, QuotaFacts> = {
  'free@x.org': quota({}),
  'roomy@x.org': quota({ storage: { limit: 1000, usage: 100 } }),
  'tight@x.org': quota({ storage: { limit: 1000, usage: 900 } }),
  'full@x.org': quota({ storage: { limit: 1000, usage: 1000 }, fullFor: seconds(60) }),
  'many@x.org': quota({ messages: { limit: 5, usage: 5 }, fullFor: seconds(60) }),
  'domain@x.org': quota({ domain: { limit: 5000, usage: 6000 } }),
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
      'unsure@x.org': ['free@x.org', 'away@x.org'],
    },
  }),
);

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
  ["so is the domain's total", ['domain@x.org'], '552 5.2.2'],
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
  ['who is elsewhere takes it', ['out@x.org'], 'pass'],
  ['who does not exist is for others', ['nobody@x.org'], 'pass'],
  ['who is no address too', ['@'], 'pass'],
  ['what could not be found out is later', ['away@x.org'], 'later'],
  ['also of one among several', ['unsure@x.org'], 'later'],
  ['what is only last known refuses nobody', ['old@x.org'], 'later'],
])('%s', async (_, request, answer) => expect(await judged(...request)).toBe(answer));
