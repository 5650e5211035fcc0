import { describe, expect, test } from 'vitest';
import type { LoginFacts } from '../../../../src/auth/facts.ts';
import type { PolicyRequest } from '../../../../src/policy/request.ts';
import { groupPosting } from '../../../../src/policy/rules/group-posting.ts';
import { pass } from '../../../../src/policy/verdict.ts';
import {
  awayCache,
  awayCachesOf,
  cachesOf,
  coldCache,
  coldCachesOf,
  domain,
  type Entries,
  memoryCache,
} from '../../../support/address-book.ts';
import { login, request, servicesOn } from '../requests.ts';

const entries: Entries = {
  domains: {
    'x.test': {},
    'y.test': {},
    'old.test': { type: 'alias', target: domain('x.test') },
    'caught.test': {},
  },
  mailboxes: {
    'ann@x.test': true,
    'bob@x.test': true,
    'carol@y.test': true,
    'dave@x.test': true,
    'boss@x.test': true,
  },
  aliases: {
    'open@x.test': ['ann@x.test', 'bob@x.test'],
    'staff@x.test': ['ann@x.test', 'bob@x.test', 'carol@y.test'],
    'board@x.test': ['ann@x.test', 'team@x.test', 'eve@elsewhere.net', 'bob.smith@x.test'],
    'team@x.test': ['carol@y.test'],
    'bob.smith@x.test': ['bob@x.test'],
    'front@x.test': ['board@x.test'],
    'dave@x.test': ['dave@x.test', 'dave@elsewhere.net'],
    'loop@x.test': ['loop2@x.test'],
    'loop2@x.test': ['loop@x.test'],
    '@caught.test': ['ann@x.test'],
  },
  allowedSenders: {
    'staff@x.test': 'domain',
    'board@x.test': 'members',
    'dave@x.test': 'members',
    'loop@x.test': 'members',
    '@caught.test': 'members',
  },
  senders: {
    'ann@x.test': ['ann@x.test'],
    'bob@x.test': ['bob@x.test'],
    'bob.smith@x.test': ['bob@x.test'],
    'board@x.test': ['boss@x.test'],
  },
};

const logins = new Map<string, LoginFacts>(
  ['ann@x.test', 'bob@x.test', 'carol@y.test', 'dave@x.test', 'boss@x.test'].map((username) => [
    username,
    { username, userId: '1', usable: true },
  ]),
);
logins.set('zoe', { username: 'zoe', domain: domain('x.test'), userId: '2', usable: true });

const NEAR = { address: '192.0.2.7', name: 'unknown', reverseName: 'unknown' };
const near = (sender: string): Partial<PolicyRequest> => ({ sender, client: NEAR });

const services = {
  ...servicesOn(cachesOf(entries)),
  logins: memoryCache(logins),
  groups: { trusted: ['192.0.2.7/32'] },
};
const judge = (recipient: string, changes: Partial<PolicyRequest> = {}) =>
  groupPosting.judge(request({ recipient, ...changes }), services);

type Case = [recipient: string, changes?: Partial<PolicyRequest>];

const passes: Record<string, Case> = {
  'to a mailbox, from anybody': ['ann@x.test'],
  'to a public group, from anybody': ['open@x.test'],
  'to a public group that leads to a closed one, from anybody': ['front@x.test'],
  elsewhere: ['ann@elsewhere.net'],
  'to nobody: other rules have words for it': ['nobody@x.test'],
  'to what is no address': ['postmaster'],
  'to the domain, from a user of it': ['staff@x.test', login('dave@x.test')],
  'the same with letters and an extension': ['Staff+Now@X.test', login('Dave@X.test')],
  'the same through an alias domain': ['staff@old.test', login('dave@x.test')],
  'to the domain, from a user whose login is no address': ['staff@x.test', login('zoe')],
  'to the domain, from a member of another': ['staff@x.test', login('carol@y.test')],
  'to the domain, from a user of it under another name': [
    'staff@x.test',
    { ...login('dave@x.test'), sender: 'x@elsewhere.net' },
  ],
  'to members, from a member': ['board@x.test', login('ann@x.test')],
  'to members with an extension': ['board+minutes@x.test', login('ann@x.test')],
  'to members, from a member of a group within': ['board@x.test', login('carol@y.test')],
  'to members, from a member by another address': ['board@x.test', login('bob@x.test')],
  'to members, from who may send as the group': ['board@x.test', login('boss@x.test')],
  'to members, a receipt of a member': ['board@x.test', { ...login('ann@x.test'), sender: '' }],
  'to himself, where a mailbox is closed': ['dave@x.test', login('dave@x.test')],
  'to a catch-all, from a member': ['any@caught.test', login('ann@x.test')],
  'to the domain, by an own host': ['staff@x.test', near('printer@x.test')],
  'to members, by an own host': ['board@x.test', near('Ann@x.test')],
  'to members, by an own host with an address that leads to a member': [
    'board@x.test',
    near('bob.smith@x.test'),
  ],
  'to members, by an own host for a member elsewhere': ['board@x.test', near('eve@elsewhere.net')],
  'to members, by an own host for a member elsewhere, with an extension': [
    'board+x@x.test',
    near('eve@elsewhere.net'),
  ],
  'to members, a bounce of an own host': ['board@x.test', near('')],
};

const refusals: Record<string, [...Case, text: string]> = {
  'to the domain, from a stranger': [
    'staff@x.test',
    {},
    'Only users of this domain may write to this address, after logging in',
  ],
  'to the domain, from a stranger who says he is of it': [
    'staff@x.test',
    { sender: 'ann@x.test' },
    'Only users of this domain may write to this address, after logging in',
  ],
  'to the domain, from a user of another': [
    'staff@x.test',
    login('nobody@y.test'),
    'Only users of this domain may write to this address',
  ],
  'to members, from a stranger who says he is one': [
    'board@x.test',
    { sender: 'eve@elsewhere.net' },
    'Only members of this group may write to this address, after logging in',
  ],
  'to members, a bounce': [
    'board@x.test',
    { sender: '' },
    'Only members of this group may write to this address, after logging in',
  ],
  'to members, from a user of the domain': [
    'board@x.test',
    login('dave@x.test'),
    'Only members of this group may write to this address',
  ],
  'to members, from who is none in the name of one': [
    'board@x.test',
    { ...login('dave@x.test'), sender: 'ann@x.test' },
    'Only members of this group may write to this address',
  ],
  'to members, by an own host': [
    'board@x.test',
    near('dave@x.test'),
    'Only members of this group may write to this address',
  ],
  'to the domain, by an own host for a stranger': [
    'staff@x.test',
    near('x@elsewhere.net'),
    'Only users of this domain may write to this address',
  ],
  'to a catch-all, from who is no member': [
    'any@caught.test',
    login('bob@x.test'),
    'Only members of this group may write to this address',
  ],
};

describe('takes mail', () => {
  test.each(Object.entries(passes))('%s', (_, [recipient, changes]) => {
    expect(judge(recipient, changes)).toBe(pass);
  });
});

describe('refuses mail', () => {
  test.each(Object.entries(refusals))('%s', (_, [recipient, changes, text]) => {
    expect(judge(recipient, changes)).toMatchObject({
      kind: 'refuse',
      reply: { code: 550, status: '5.7.1', text },
    });
  });
});

test('of an alias whose rows differ the strictest counts, of those that work', () => {
  const rows = (...aliases: { allowedSenders: 'public' | 'domain' | 'members'; usable: boolean }[]) => {
    const facts = aliases.map((row) => ({ ...row, destination: 'ann@x.test' as never }));
    const caches = {
      ...cachesOf(entries),
      addresses: memoryCache(new Map([['mixed@x.test', { mailbox: undefined, aliases: facts }]])),
    };
    const mixed = { ...services, answer: servicesOn(caches).answer };
    return groupPosting.judge(request({ recipient: 'mixed@x.test' }), mixed);
  };
  const on = { usable: true };
  expect(rows({ allowedSenders: 'public', ...on }, { allowedSenders: 'members', ...on })).toMatchObject({
    because: { open: 'members' },
  });
  expect(rows({ allowedSenders: 'public', ...on }, { allowedSenders: 'members', usable: false })).toBe(pass);
});

test('a loop is later: who belongs to it cannot be told', () => {
  expect(judge('loop@x.test', login('ann@x.test'))).toMatchObject({ kind: 'later' });
});

test('what must be asked of the database is judged the same', async () => {
  const cold = { ...services, answer: servicesOn(coldCachesOf(entries)).answer, logins: coldCache(logins) };
  for (const [recipient, changes] of [...Object.values(passes), ...Object.values(refusals)])
    expect(await groupPosting.judge(request({ recipient, ...changes }), cold)).toEqual(
      judge(recipient, changes),
    );
});

test.each(Object.entries(refusals))('while the database is away nobody is refused: %s', async (_, asked) => {
  const [recipient, changes] = asked;
  const question = request({ recipient, ...changes });
  const away = { ...services, answer: servicesOn(awayCachesOf(entries)).answer, logins: awayCache(logins) };
  expect(await groupPosting.judge(question, away)).toMatchObject({ kind: 'later' });
});

test('who may write by what is last known still may', async () => {
  const away = { ...services, answer: servicesOn(awayCachesOf(entries)).answer, logins: awayCache(logins) };
  const question = request({ recipient: 'staff@x.test', ...login('dave@x.test') });
  expect(await groupPosting.judge(question, away)).toBe(pass);
});

test('a user of whom only the last is known is not refused', async () => {
  const away = { ...services, logins: awayCache(logins) };
  const judged = await groupPosting.judge(
    request({ recipient: 'board@x.test', ...login('dave@x.test') }),
    away,
  );
  expect(judged).toMatchObject({ kind: 'later' });
});
