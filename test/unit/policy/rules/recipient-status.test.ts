import { expect, test } from 'vitest';
import { recipientStatus } from '../../../../src/policy/rules/recipient-status.ts';
import { pass } from '../../../../src/policy/verdict.ts';
import {
  awayCachesOf,
  cachesOf,
  coldCachesOf,
  domain as d,
  type Entries,
} from '../../../support/address-book.ts';
import { request, servicesOn } from '../requests.ts';

const entries: Entries = {
  domains: {
    'x.test': {},
    'caught.test': {},
    'old.test': { type: 'alias', target: d('x.test') },
    'rewritten.test': {},
    'off.test': { usable: false },
    'relay.test': { type: 'relay' },
  },
  mailboxes: {
    'ann@x.test': true,
    'locked@x.test': { usable: false },
    'locked@caught.test': { usable: false },
    'dora@caught.test': true,
  },
  aliases: {
    'sales@x.test': ['ann@x.test', 'locked@x.test'],
    'former@x.test': ['-ann@x.test'],
    'dead@x.test': ['locked@x.test', 'ghost@x.test'],
    'outside@x.test': ['bob@elsewhere.net'],
    'loop@x.test': ['loop2@x.test'],
    'loop2@x.test': ['loop@x.test'],
    '@caught.test': ['dora@caught.test'],
    'expired@caught.test': ['-dora@caught.test'],
  },
  entries: {
    recipient_canonical_maps: {
      'renamed@x.test': 'ann@x.test',
      'outward@x.test': 'ann@elsewhere.net',
      'twice@x.test': 'inside@x.test',
      'lost@x.test': 'ghost@x.test',
      'shut@x.test': 'locked@x.test',
      'round@x.test': 'about@x.test',
      'about@x.test': 'round@x.test',
    },
    canonical_maps: { 'inside@x.test': 'ann@x.test', '@rewritten.test': '@x.test' },
    relocated_maps: { 'moved@x.test': 'ann@elsewhere.net', 'locked@x.test': 'ann@elsewhere.net' },
    sender_canonical_maps: { 'author@x.test': 'ann@x.test' },
  },
};

const judgeWith = (caches: Parameters<typeof servicesOn>[0]) => (recipient: string) =>
  recipientStatus.judge(request({ recipient }), servicesOn(caches));

const judge = judgeWith(cachesOf(entries));

test.each([
  ['a mailbox', 'ann@x.test'],
  ['in any letter case, with an extension', 'Ann+List@X.Test'],
  ['a group of which one is left', 'sales@x.test'],
  ['an alias that leads away', 'outside@x.test'],
  ['an alias domain', 'ann@old.test'],
  ['whom the catch-all catches', 'anybody@caught.test'],
  ['a recipient that Postfix rewrites', 'renamed@x.test'],
  ['the same with an extension', 'renamed+list@x.test'],
  ['an address that Postfix rewrites everywhere', 'inside@x.test'],
  ['a domain that Postfix rewrites', 'ann@rewritten.test'],
  ['the same with an extension', 'ann+list@rewritten.test'],
  ['who is rewritten to another host', 'outward@x.test'],
  ['who is rewritten twice', 'twice@x.test'],
  ['who is rewritten without an end: Postfix gives up by itself', 'round@x.test'],
  ['who has moved: Postfix tells the new address', 'moved@x.test'],
  ['a domain that is not ours', 'bob@elsewhere.net'],
  ['a domain whose mail is passed on', 'bob@relay.test'],
  ['no address: Postfix knows what to do', 'postmaster'],
  ['an address literal', 'ann@[192.0.2.1]'],
  ['an address within an address, neither of which is ours', 'bob@elsewhere.net@other.example'],
  ['nothing', ''],
])('passes: %s', (_what, recipient) => {
  expect(judge(recipient)).toBe(pass);
});

test.each([
  ['an unknown address', 'nobody@x.test', '550 5.1.1'],
  ['an unknown address of an alias domain', 'nobody@old.test', '550 5.1.1'],
  ['whom Postfix would rewrite to nobody, and bounce', 'lost@x.test', '550 5.1.1'],
  ['who is not there in a domain that Postfix rewrites', 'nobody@rewritten.test', '550 5.1.1'],
  ['whom Postfix would rewrite to who is locked', 'shut@x.test', '550 5.2.1'],
  ['who is rewritten as a sender only', 'author@x.test', '550 5.1.1'],
  ['a locked mailbox, wherever its user has moved', 'locked@x.test', '550 5.2.1'],
  ['a locked mailbox, asked with an extension', 'locked+list@x.test', '550 5.2.1'],
  ['a locked mailbox, and not the catch-all', 'locked@caught.test', '550 5.2.1'],
  ['an expired alias', 'former@x.test', '550 5.1.6'],
  ['an expired alias, and not the catch-all', 'expired@caught.test', '550 5.1.6'],
  ['a domain that is switched off', 'ann@off.test', '550 5.1.2'],
  ['a group of which nobody is left', 'dead@x.test', '550 5.1.1'],
  ['an address of ours within another one', 'ann@x.test@mail.other.example', '550 5.1.3'],
  ['the same in quotes', '"ann@X.Test"@mail.other.example', '550 5.1.3'],
  ['the same within one more', 'ann@x.test@elsewhere.net@mail.other.example', '550 5.1.3'],
])('refuses: %s', (_what, recipient, start) => {
  const judgement = judge(recipient);
  if (judgement instanceof Promise || judgement.kind !== 'refuse') throw new Error('not refused');
  expect(`${judgement.reply.code} ${judgement.reply.status}`).toBe(start);
  expect(judgement.because).toHaveProperty('why');
});

test('a bounce to a sender that was rewritten passes, a forged one is refused and not caught', () => {
  const srs = { domain: d('caught.test'), exclude: [], today: () => 20_786 };
  const services = servicesOn(cachesOf({ ...entries, srsSecrets: ['first-secret-of-ours'] }));
  const resolution = { ...services.resolution, srs };
  const judgeSigned = (recipient: string) =>
    recipientStatus.judge(request({ recipient }), { ...services, resolution });
  expect(judgeSigned('SRS0=9LnW=JS=elsewhere.example=ann@caught.test')).toBe(pass);
  expect(judgeSigned('SRS0=9LnW=JS=elsewhere.example=eve@caught.test')).toMatchObject({
    kind: 'refuse',
    reply: { code: 550, status: '5.1.1' },
  });
});

test('while there is no secret nobody can tell whether we signed an address: it waits', () => {
  const srs = { domain: d('caught.test'), exclude: [], today: () => 20_786 };
  const services = servicesOn(cachesOf(entries));
  const judged = recipientStatus.judge(
    request({ recipient: 'SRS0=9LnW=JS=elsewhere.example=ann@caught.test' }),
    {
      ...services,
      resolution: { ...services.resolution, srs },
    },
  );
  expect(judged).toMatchObject({ kind: 'later', why: expect.stringContaining('dovetail srs rotate') });
});

test('a loop is later: only an administrator can mend it', () => {
  expect(judge('loop@x.test')).toMatchObject({ kind: 'later', why: expect.stringContaining('loop') });
});

test('what must be asked of the database is judged the same', async () => {
  const cold = judgeWith(coldCachesOf(entries));
  for (const recipient of [
    'ann@x.test',
    'nobody@x.test',
    'moved@x.test',
    'dead@x.test',
    'locked@caught.test',
  ])
    expect(await cold(recipient)).toEqual(judge(recipient));
});

test.each([
  ...Object.keys(entries.mailboxes ?? {}),
  ...Object.keys(entries.aliases ?? {}),
  'nobody@x.test',
  'moved@x.test',
  'ann@off.test',
])('with the database away %s is not refused', async (recipient) => {
  const judgement = await judgeWith(awayCachesOf(entries))(recipient);
  expect(['pass', 'later']).toContain(judgement.kind);
});

test('an unknown address is not refused while its entries cannot be read', async () => {
  const judge = judgeWith({ ...cachesOf(entries), entries: awayCachesOf(entries).entries });
  expect(await judge('nobody@x.test')).toMatchObject({ kind: 'later' });
});
