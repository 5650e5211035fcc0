/** Whose entry decides: the table of docs/access-lists.md. */

import { describe, expect, test } from 'vitest';
import type { LoginFacts } from '../../../../src/auth/facts.ts';
import { createBook } from '../../../../src/lookup/book.ts';
import type { AccessFacts, Entry } from '../../../../src/policy/access/facts.ts';
import { listed } from '../../../../src/policy/access/lists.ts';
import type { PolicyRequest } from '../../../../src/policy/request.ts';
import { accessLists } from '../../../../src/policy/rules/access-lists.ts';
import type { PolicyServices } from '../../../../src/policy/services.ts';
import {
  awayCache,
  cachesOf,
  coldCache,
  domain,
  type Entries,
  memoryCache,
} from '../../../support/address-book.ts';
import { request as requestOf, servicesOf } from '../requests.ts';

const book: Entries = {
  domains: {
    'example.org': {},
    'old.example': { type: 'alias', target: domain('example.org') },
    'plain.example': {},
  },
  mailboxes: {
    'alice@example.org': true,
    'bob@example.org': true,
    'keeper@example.org': true,
    'dave@plain.example': true,
  },
  aliases: {
    'sales@example.org': ['alice@example.org'],
    'team@example.org': ['alice@example.org', 'bob@example.org'],
    'keeper@example.org': ['keeper@example.org', 'me@elsewhere.example'],
    'away@example.org': ['me@elsewhere.example'],
  },
};

const logins = new Map<string, LoginFacts>([
  ['alice@example.org', { username: 'alice@example.org', userId: '1', usable: true }],
  ['bob', { username: 'bob', domain: domain('example.org'), userId: '2', usable: true }],
]);

const NETWORKS = ['192.0.2.0/24', '192.0.2.7/32'];

/** `alice@example.org block sender ann@example.net`; of the owner `*` is everybody. */
function factsOf(lines: readonly string[]) {
  const access = new Map<string, Entry[]>();
  const clients: Entry[] = [];
  for (const line of lines) {
    const [who = '', verdict, side, pattern = ''] = line.split(' ');
    const owner = who === '*' ? '' : who;
    const entry = { owner, verdict: verdict as Entry['verdict'], bits: 0 };
    if (side !== 'client') {
      const key = `${side} ${pattern}`;
      access.set(key, [...(access.get(key) ?? []), entry]);
    } else if (NETWORKS.includes(pattern)) clients.push({ ...entry, bits: Number(pattern.split('/')[1]) });
  }
  const clientAccess = new Map<string, AccessFacts>([['192.0.2.7', clients]]);
  return { access: access as Map<string, AccessFacts>, clientAccess };
}

function servicesWith(lines: readonly string[], cacheOf = memoryCache): PolicyServices {
  const { access, clientAccess } = factsOf(lines);
  return servicesOf({
    answer: createBook({ ...cachesOf(book), access: cacheOf(access), clientAccess: cacheOf(clientAccess) })
      .answer,
    logins: cacheOf(logins),
  });
}

const request = (fields: Partial<PolicyRequest> = {}): PolicyRequest =>
  requestOf({
    sender: 'ann@mail.example.net',
    client: { address: '192.0.2.7', name: 'unknown', reverseName: 'unknown' },
    recipient: 'alice@example.org',
    ...fields,
  });
const asked = (login: string): Partial<PolicyRequest> => ({
  sasl: { username: login, method: 'PLAIN', sender: '' },
  sender: 'alice@example.org',
  recipient: 'ann@mail.example.net',
});

type Case = [lines: string[], verdict: 'allow' | 'block' | undefined, fields?: Partial<PolicyRequest>];

const cases: Record<string, Case> = {
  'no list says anything': [[], undefined],
  'somebody else’s list': [['bob@example.org block sender ann@mail.example.net'], undefined],
  "the recipient's own": [['alice@example.org block sender ann@mail.example.net'], 'block'],
  "his domain's": [['@example.org block sender @mail.example.net'], 'block'],
  "another domain's": [['@plain.example block sender @mail.example.net'], undefined],
  "the administrator's": [['* block sender .example.net'], 'block'],
  "the recipient's own before the domain's": [
    ['alice@example.org allow sender .example.net', '@example.org block sender ann@mail.example.net'],
    'allow',
  ],
  "the domain's before the administrator's": [
    ['@example.org block sender .net', '* allow sender ann@mail.example.net'],
    'block',
  ],
  'the address before @domain': [
    ['* allow sender ann@mail.example.net', '* block sender @mail.example.net'],
    'allow',
  ],
  '@domain before .parent': [['* block sender @mail.example.net', '* allow sender .example.net'], 'block'],
  'the nearer parent before the farther': [['* allow sender .example.net', '* block sender .net'], 'allow'],
  'a domain is not below itself': [['* block sender .mail.example.net'], undefined],
  'the extension is part of the most specific address': [
    ['* allow sender ann+news@mail.example.net', '* block sender ann@mail.example.net'],
    'allow',
    { sender: 'Ann+News@mail.example.net' },
  ],
  'an address holds with any extension': [
    ['* block sender ann@mail.example.net'],
    'block',
    { sender: 'ann+x@mail.example.net' },
  ],
  'a network': [['* block client 192.0.2.0/24'], 'block'],
  'the smaller network': [['* block client 192.0.2.7/32', '* allow client 192.0.2.0/24'], 'block'],
  'allow before block where sender and client differ': [
    ['* block client 192.0.2.7/32', '* allow sender .net'],
    'allow',
  ],
  'the null sender is on no list, its client is': [['* block client 192.0.2.0/24'], 'block', { sender: '' }],
  'a client that is not known': [['* block client 192.0.2.0/24'], undefined, unknownClient()],
  'an alias to one mailbox: his list': [
    ['alice@example.org block sender .net'],
    'block',
    { recipient: 'sales@example.org' },
  ],
  'a group: no member’s list': [
    ['alice@example.org block sender .net', 'bob@example.org block sender .net'],
    undefined,
    { recipient: 'team@example.org' },
  ],
  'a group: its domain’s list': [
    ['@example.org block sender .net'],
    'block',
    { recipient: 'team@example.org' },
  ],
  'a mailbox that forwards and keeps a copy: its own': [
    ['keeper@example.org block sender .net'],
    'block',
    { recipient: 'keeper@example.org' },
  ],
  'an alias to another host: its domain’s': [
    ['@example.org block sender .net'],
    'block',
    { recipient: 'away@example.org' },
  ],
  'through an alias domain: the target’s and its user’s': [
    ['alice@example.org allow sender .net', '@example.org block sender .net'],
    'allow',
    { recipient: 'alice@old.example' },
  ],
  'with an extension': [
    ['alice@example.org block sender .net'],
    'block',
    { recipient: 'alice+lists@example.org' },
  ],
  'entries about recipients are not for strangers': [['* block recipient alice@example.org'], undefined],
  'a login may not write to': [['* block recipient @mail.example.net'], 'block', asked('alice@example.org')],
  'a login of the domain may not': [['@example.org block recipient .net'], 'block', asked('bob')],
  'a login of another domain may': [['@plain.example block recipient .net'], undefined, asked('bob')],
  'his own list lets him': [
    ['* block recipient .net', 'alice@example.org allow recipient ann@mail.example.net'],
    'allow',
    asked('alice@example.org'),
  ],
  'entries about senders are not for logins': [
    ['* block sender alice@example.org', '@example.org block sender .org', '* block client 192.0.2.0/24'],
    undefined,
    { ...asked('alice@example.org'), recipient: 'bob@example.org' },
  ],
  'but the recipient’s own are': [
    ['bob@example.org block sender alice@example.org'],
    'block',
    { ...asked('alice@example.org'), recipient: 'bob@example.org' },
  ],
};

function unknownClient(): Partial<PolicyRequest> {
  return { client: { address: 'unknown', name: 'unknown', reverseName: 'unknown' } };
}

describe('whose entry decides:', () => {
  test.each(Object.entries(cases))('%s', async (_, [lines, verdict, fields]) => {
    const answer = listed(request(fields), servicesWith(lines));
    // In memory it is answered at once.
    expect(answer).not.toBeInstanceOf(Promise);
    const expected = verdict === undefined ? { kind: 'absent' } : { kind: 'found', value: { verdict } };
    expect(answer).toMatchObject(expected);
    const cold = await listed(request(fields), servicesWith(lines, coldCache));
    expect(cold).toMatchObject(expected);
  });
});

describe('the rule', () => {
  test('tells neither the list nor its owner', async () => {
    const judged = await accessLists.judge(
      request(),
      servicesWith(['alice@example.org block sender .example.net']),
    );
    expect(judged).toEqual({
      kind: 'refuse',
      reply: { code: 550, status: '5.7.1', text: 'Not accepted here' },
      because: { list: 'alice@example.org', about: 'sender' },
    });
  });

  test('has no more than no objection to who is allowed', async () => {
    const services = servicesWith(['* allow sender .example.net']);
    expect(await accessLists.judge(request(), services)).toEqual({ kind: 'pass' });
  });

  test.each([
    ['a block that is only last known', ['* block sender ann@mail.example.net']],
    ['nothing that is known', []],
  ])('while the database is away: %s is later, never a refusal', async (_, lines) => {
    expect(await accessLists.judge(request(), servicesWith(lines, awayCache))).toMatchObject({
      kind: 'later',
    });
  });
});
