import { expect, test } from 'vitest';
import { senderRights } from '../../../../src/policy/rules/sender-rights.ts';
import { pass } from '../../../../src/policy/verdict.ts';
import { awayCachesOf, cachesOf, domain as d, type Entries } from '../../../support/address-book.ts';
import { login, request, servicesOn } from '../requests.ts';

const entries: Entries = {
  domains: { 'x.test': {}, 'old.test': { type: 'alias', target: d('x.test') } },
  mailboxes: { 'ann@x.test': true, 'bob@x.test': true, 'locked@x.test': { usable: false } },
  senders: {
    'ann@x.test': ['ann@x.test'],
    'bob@x.test': ['bob@x.test'],
    'sales@x.test': ['ann@x.test', 'bob, the builder'],
    '@x.test': ['boss'],
    'locked@x.test': ['locked@x.test'],
  },
};

const judge = (who: string, sender: string) =>
  senderRights.judge(request({ sender, ...login(who) }), servicesOn(cachesOf(entries)));

test.each([
  ['himself', 'ann@x.test', 'ann@x.test'],
  ['himself in other letters', 'Ann@X.test', 'ANN@x.Test'],
  ['with an extension', 'ann@x.test', 'ann+list@x.test'],
  ['in an alias domain', 'ann@x.test', 'ann@old.test'],
  ['what was granted', 'ann@x.test', 'sales@x.test'],
  ['by a login that Postfix cannot be told', 'bob, the builder', 'sales@x.test'],
  ['whoever it is of a domain that was granted', 'boss', 'ann@x.test'],
  ['with the null sender: a receipt', 'ann@x.test', ''],
])('may send as %s', (_what, who, sender) => {
  expect(judge(who, sender)).toBe(pass);
});

test.each([
  ['another', 'bob@x.test', 'ann@x.test'],
  ['another in an alias domain', 'bob@x.test', 'ann@old.test'],
  ['nobody of ours', 'ann@x.test', 'ghost@x.test'],
  ['a stranger', 'ann@x.test', 'president@elsewhere.net'],
  ['a mailbox that is locked', 'boss', 'locked@x.test'],
])('may not send as %s', (_what, who, sender) => {
  expect(judge(who, sender)).toMatchObject({ kind: 'refuse', reply: { code: 553, status: '5.7.1' } });
});

test.each([
  ['a bare name, which is an address of $myorigin', 'ann'],
  ['a name of which Postfix could make one', 'ann%x.test'],
  ['what is no address', 'not an address'],
])('is told to name the whole address: %s', (_what, sender) => {
  expect(judge('ann@x.test', sender)).toMatchObject({
    kind: 'refuse',
    reply: { code: 553, status: '5.1.7', text: 'The sender must be a whole address, user@domain' },
  });
});

test('a stranger writes in whose name he will', () => {
  expect(judge('', 'ann@x.test')).toBe(pass);
});

test.each(['ann@x.test', 'sales@x.test', 'locked@x.test', 'ghost@x.test', 'x@elsewhere.net'])(
  'with the database away nobody is refused as %s',
  async (sender) => {
    const services = servicesOn(awayCachesOf(entries));
    const judgement = await senderRights.judge(request({ sender, ...login('bob@x.test') }), services);
    expect(['pass', 'later']).toContain(judgement.kind);
  },
);
