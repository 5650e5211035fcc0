import { expect, test } from 'vitest';
import type { CredentialFacts } from '../../../src/auth/facts.ts';
import { createJournal, type Entry } from '../../../src/auth/journal.ts';
import type { Verified } from '../../../src/auth/verify.ts';
import { later } from '../../../src/base/answer.ts';
import type { Log } from '../../../src/base/log.ts';
import type { LoginRequest } from '../../../src/protocol/login.ts';
import { createTestClock } from '../../support/clock.ts';

const request = (user: string, ip: string | undefined = '192.0.2.7', protocol = 'imap'): LoginRequest => ({
  user,
  password: 'a secret',
  protocol,
  ip,
});
const mismatch: Verified = { kind: 'mismatch' };
const password: CredentialFacts = {
  id: '1',
  service: 'dovecot',
  label: 'laptop',
  hash: '{X}y',
  mustChange: false,
  isExpired: false,
  isReplaced: false,
  isSuspended: false,
  restoredAt: null,
  networks: [],
  changedAt: '',
};
const right: Verified = {
  kind: 'ok',
  account: {
    user: 'alice@example.org',
    home: '/alice',
    uid: 1,
    gid: 1,
    mail: 'maildir:~',
    quotaBytes: null,
    quotaMessages: null,
  },
  credential: password,
};

const unfit = Object.assign(new Error('no such value'), { code: '22P02' });

/** A journal whose database can be away, or refuse. */
function open({ maxEntries = 10 } = {}) {
  const written: (readonly Entry[])[] = [];
  const said: string[] = [];
  const tell = (event: string) => void said.push(event);
  const log: Log = { debug: tell, info: tell, warn: tell, error: tell };
  const world = {
    failure: undefined as Error | undefined,
    slow: undefined as Promise<never> | undefined,
    /** A login that no column takes. */
    refuses: undefined as string | undefined,
    /** After so many transactions the database is away for one. */
    awayAfter: undefined as number | undefined,
  };
  const journal = createJournal({
    write: async (entries) => {
      if (world.failure) throw world.failure;
      if (world.slow) await world.slow;
      if (entries.some(({ login }) => login && login === world.refuses)) throw unfit;
      if (world.awayAfter === written.length) {
        world.awayAfter = undefined;
        throw new Error('away');
      }
      written.push(structuredClone(entries));
    },
    clock: createTestClock(),
    log,
    every: 5,
    maxEntries,
  });
  return { ...journal, written, said, world };
}

const soon = (look: () => unknown) => expect.poll(look, { interval: 5 });

test('what is the same within a moment is one entry that says how often', async () => {
  const { record, written } = open();
  for (const _ of [1, 2, 3]) record(request('alice@example.org'), mismatch);
  record(request('alice@example.org', '198.51.100.1'), mismatch);
  await soon(() => written).toMatchObject([
    [
      { count: 3, ip: '192.0.2.7' },
      { count: 1, ip: '198.51.100.1' },
    ],
  ]);
});

test('logins with one password are one entry for each network address and service', async () => {
  const { record, close, written } = open();
  for (const _ of [1, 2, 3]) record(request('alice@example.org'), right);
  record(request('alice@example.org', '198.51.100.1'), right);
  record(request('alice@example.org', '198.51.100.1', 'smtp'), right);
  record(request('ALICE@example.org'), right);
  record(request('alice@example.org'), { ...right, credential: { ...password, id: '2', label: 'phone' } });
  await close();
  expect(written.flat().map(({ count, ip, service, label }) => [count, ip, service, label])).toEqual([
    [4, '192.0.2.7', 'imap', 'laptop'],
    [1, '198.51.100.1', 'imap', 'laptop'],
    [1, '198.51.100.1', 'smtp', 'laptop'],
    [1, '192.0.2.7', 'imap', 'phone'],
  ]);
});

test('no login is lost that comes while a transaction fails, or right after', async () => {
  const { record, written, world, said } = open();
  let fail = (_: Error): void => undefined;
  world.slow = new Promise((_, reject) => {
    fail = reject;
  });
  record(request('alice@example.org'), right);
  await new Promise((resolve) => setTimeout(resolve, 50));
  record(request('alice@example.org'), right);
  world.slow = undefined;
  fail(new Error('away'));
  while (!said.includes('journal.away')) await Promise.resolve();
  record(request('alice@example.org'), right);
  await soon(() => written.flat().reduce((sum, { count }) => sum + count, 0)).toBe(3);
});

test('nothing of what a stranger typed as a name is kept, but a domain', async () => {
  const { record, close, written } = open();
  record(request('my-Secret-Password'), { kind: 'unknown' });
  record(request('nobody@Example.org'), { kind: 'unknown' });
  record(request('x@my secret'), { kind: 'unknown' });
  await close();
  expect(written.flat().map(({ login, domain }) => [login, domain])).toEqual([
    [undefined, undefined],
    [undefined, 'example.org'],
  ]);
  expect(JSON.stringify(written)).not.toMatch(/secret/iu);
});

test('what could not be found out is no entry', async () => {
  const { record, close, written } = open();
  record(request('alice@example.org'), later('the database is away'));
  await close();
  expect(written).toEqual([]);
});

test('a name or address that no column takes does not spoil the others', async () => {
  const { record, close, written } = open();
  record(request('alice@example.org', 'unix:/x', 'Not A Service'), mismatch);
  await close();
  expect(written).toMatchObject([[{ ip: undefined, service: 'mail' }]]);
});

test.each(['a\0b', 'a\nb', 'x'.repeat(321), ''])('%j is nobody, whatever became of him', async (user) => {
  const { record, close, written } = open();
  record(request(user), { ...mismatch, because: 'token' });
  record(request(user), mismatch);
  await close();
  expect(written.flat().map(({ login }) => login)).toEqual([undefined, undefined]);
});

test('an outage is waited for, and said once', async () => {
  const { record, written, world, said } = open();
  world.failure = new Error('away');
  record(request('alice@example.org'), mismatch);
  await soon(() => said).toEqual(['journal.away']);
  record(request('alice@example.org'), mismatch);
  await new Promise((resolve) => setTimeout(resolve, 50));
  world.failure = undefined;
  await soon(() => written).toMatchObject([[{ count: 2 }]]);
  await soon(() => said).toEqual(['journal.away', 'journal.back']);
});

test('what the database refuses is not tried for ever', async () => {
  const { record, written, world, said } = open();
  world.failure = unfit;
  record(request('alice@example.org'), mismatch);
  await soon(() => said).toEqual(['journal.away']);
  world.failure = undefined;
  record(request('bob@example.org'), mismatch);
  await soon(() => written).toMatchObject([[{ login: 'bob@example.org' }]]);
});

test('an entry that the database refuses takes no other with it', async () => {
  const { record, close, written, world, said } = open();
  world.refuses = 'c@x.org';
  for (const user of ['a@x.org', 'b@x.org', 'c@x.org', 'd@x.org', 'e@x.org']) record(request(user), mismatch);
  await close();
  expect(written.flat().map(({ login }) => login)).toEqual(['a@x.org', 'b@x.org', 'd@x.org', 'e@x.org']);
  expect(said).toEqual(['journal.away']);
});

test('an outage between two halves writes none of them twice', async () => {
  const { record, close, written, world } = open();
  world.refuses = 'b@x.org';
  world.awayAfter = 1;
  for (const user of ['a@x.org', 'b@x.org', 'c@x.org']) record(request(user), mismatch);
  await soon(() => written.flat().map(({ login, count }) => [login, count])).toEqual([
    ['a@x.org', 1],
    ['c@x.org', 1],
  ]);
  await close();
});

test('there are never more entries than the limit', async () => {
  const { record, close, written } = open({ maxEntries: 2 });
  for (const user of ['a@x.org', 'b@x.org', 'c@x.org']) record(request(user), mismatch);
  await close();
  expect(written.flat().length).toBe(2);
});
