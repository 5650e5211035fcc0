/** What the services refuse, in the words that people read. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addAlias, removeAlias, setAlias } from '../../../src/accounts/aliases.ts';
import type { Change } from '../../../src/accounts/change.ts';
import { removeDomain } from '../../../src/accounts/domain-removal.ts';
import { addDomain, setDomain } from '../../../src/accounts/domains.ts';
import { addGrant, removeGrant } from '../../../src/accounts/grants.ts';
import type { Outcome } from '../../../src/accounts/outcome.ts';
import { addPassword, removePassword, setPassword } from '../../../src/accounts/passwords.ts';
import { removeQuota, writeQuota } from '../../../src/accounts/quotas.ts';
import { sending } from '../../../src/accounts/rights.ts';
import { addRole, removeRole } from '../../../src/accounts/roles.ts';
import { addUser, removeUser, setUser } from '../../../src/accounts/users.ts';
import { catchAllOf } from '../../../src/base/address.ts';
import { type AccountBook, address, domain, HASH, openAccountBook } from './account-book.ts';

const home = domain('home.example');
const storage = { service: 'dovecot', type: 'storage' } as const;
const plain = { service: 'dovecot', label: '' };
const newUser = (email: string, more = {}) => ({ email: address(email), hash: HASH, ...more });
const alias =
  (key: string, ...to: string[]) =>
  (change: Change) =>
    addAlias(change, address(key), to.map(address), {});

let book: AccountBook;

beforeAll(async () => {
  book = await openAccountBook();
  await book.must((change) => addDomain(change, home, {}));
  await book.must((change) => addDomain(change, domain('other.example'), { aliasOf: home }));
  await book.must((change) =>
    addDomain(change, domain('full.example'), { maxUsers: 1, maxAliases: 1, quotaBytes: 1000 }),
  );
  await book.must((change) => addUser(change, newUser('ann@home.example')));
  await book.must((change) => addUser(change, newUser('bob@home.example', { login: 'bob', quotaBytes: 5 })));
  await book.must((change) => addUser(change, newUser('one@full.example', { quotaBytes: 600 })));
  await book.must(alias('team@home.example', 'ann@home.example', 'x@elsewhere.net'));
  await book.must(alias('a@home.example', 'b@home.example'));
  await book.must(alias('b@home.example', 'c@other.example'));
  await book.must(alias('list@full.example', 'ann@home.example'));
  await book.must((change) => addRole(change, 'ann@home.example', { role: 'admin', service: 'global' }, {}));
  await book.must((change) =>
    addGrant(change, sending, address('office@home.example'), 'ann@home.example', {}),
  );
});

afterAll(() => book?.close());

const refusals: Record<string, [attempt: (change: Change) => Promise<Outcome<unknown>>, why: RegExp]> = {
  'a domain twice': [(c) => addDomain(c, home, {}), /^the domain home\.example exists already$/],
  'an alias domain of a domain that is not there': [
    (c) => addDomain(c, domain('new.example'), { aliasOf: domain('gone.example') }),
    /^the domain gone\.example does not exist$/,
  ],
  'an alias domain of an alias domain': [
    (c) => addDomain(c, domain('new.example'), { aliasOf: domain('other.example') }),
    /^other\.example is an alias domain of home\.example and holds no mailboxes$/,
  ],
  'an alias domain of itself': [
    (c) => addDomain(c, domain('new.example'), { aliasOf: domain('new.example') }),
    /alias of itself/,
  ],
  'a limit below what is there': [
    (c) => setDomain(c, home, { maxUsers: 1 }),
    /^home\.example has 2 users already$/,
  ],
  'storage below what is allotted': [
    (c) => setDomain(c, domain('full.example'), { quotaBytes: 500 }),
    /would have 600 of at most 500$/,
  ],
  'removing a domain with users': [
    (c) => removeDomain(c, domain('full.example'), false),
    /^full\.example still has 1 user and 1 alias$/,
  ],
  'removing the target of an alias domain': [
    (c) => removeDomain(c, home, true),
    /^alias domains lead to it: other\.example$/,
  ],
  'changing a domain that is not there': [(c) => setDomain(c, domain('gone.example'), {}), /does not exist/],
  'a user in a domain that is not there': [
    (c) => addUser(c, newUser('ann@gone.example')),
    /^the domain gone\.example does not exist$/,
  ],
  'a user in an alias domain': [
    (c) => addUser(c, newUser('eve@other.example')),
    /alias domain of home\.example/,
  ],
  'an address twice': [
    (c) => addUser(c, newUser('ann@home.example')),
    /^the user ann@home\.example exists already$/,
  ],
  'a login name twice': [
    (c) => addUser(c, newUser('eve@home.example', { login: 'bob' })),
    /^the login name bob is that of bob@home/,
  ],
  'a login name that is another address': [
    (c) => addUser(c, newUser('eve@home.example', { login: 'ann@elsewhere.net' })),
    /a login name with an @ must be the address itself/,
  ],
  'a user where an alias is': [
    (c) => addUser(c, newUser('team@home.example')),
    /^an alias team@home\.example leads to ann@home/,
  ],
  'a user too many': [
    (c) => addUser(c, newUser('two@full.example', { quotaBytes: 1 })),
    /^the domain full\.example has 1 of at most 1 users$/,
  ],
  'a user that is not there': [
    (c) => setUser(c, 'nobody@home.example', { locked: true }),
    /^there is no user nobody@home\.example$/,
  ],
  'a login name that is taken': [
    (c) => setUser(c, 'ann@home.example', { login: 'bob' }),
    /another user has this login name/,
  ],
  'removing a user that aliases lead to': [
    (c) => removeUser(c, 'ann@home.example', false),
    /^aliases lead to it: list@full\.example, team@home\.example$/,
  ],
  'an alias in a domain that is not there': [
    alias('a@gone.example', 'ann@home.example'),
    /^the domain gone\.example does not exist$/,
  ],
  'an alias without a destination': [alias('new@home.example'), /^an alias needs a destination$/],
  'a destination twice': [
    alias('team@home.example', 'ann@home.example'),
    /^team@home\.example leads to ann@home\.example already$/,
  ],
  'an alias to itself alone': [
    alias('ann@home.example', 'ann@home.example'),
    /^it would lead to itself alone$/,
  ],
  'an alias to itself without a mailbox': [
    alias('new@home.example', 'new@home.example', 'ann@home.example'),
    /^it would lead to itself, and there is no mailbox new@home\.example$/,
  ],
  'a loop over three aliases and an alias domain': [
    alias('c@home.example', 'a@home.example'),
    /^mail would go round in a loop: c@home\.example → a@home\.example → b@home\.example → c@home\.example$/,
  ],
  'a loop through an extension': [alias('c@home.example', 'a+x@home.example'), /go round in a loop/],
  'a catch-all that catches its own destination': [
    (c) => addAlias(c, catchAllOf(home), [address('nobody@home.example')], {}),
    /^mail would go round in a loop: @home\.example → @home\.example$/,
  ],
  'a catch-all of an alias domain': [
    (c) => addAlias(c, catchAllOf(domain('other.example')), [address('ann@home.example')], {}),
    /^other\.example is an alias domain of home\.example and has its catch-all$/,
  ],
  'an alias too many': [
    alias('new@full.example', 'ann@home.example'),
    /^the domain full\.example has 1 of at most 1 aliases$/,
  ],
  'changing an alias that is not there': [
    (c) => setAlias(c, address('gone@home.example'), undefined, { active: false }),
    /^there is no alias gone@/,
  ],
  'changing an alias to a loop': [
    (c) => setAlias(c, address('b@home.example'), [address('a@home.example')], {}),
    /loop/,
  ],
  'removing a destination that it has not': [
    (c) => removeAlias(c, address('team@home.example'), [address('bob@home.example')]),
    /^team@home\.example does not lead to bob@home\.example$/,
  ],
  'a password twice': [
    (c) => addPassword(c, 'bob', { ...plain, hash: HASH }),
    /^bob@home\.example has a password already$/,
  ],
  'a password for no service': [
    (c) => addPassword(c, 'bob', { service: 'IMAP 4', label: '', hash: HASH }),
    /^"IMAP 4" is no service$/,
  ],
  'a hash that cannot be verified': [
    (c) => setPassword(c, 'bob', { ...plain, hash: { scheme: 'ROT13', text: 'cnffjbeq' } }),
    /^dovetail cannot verify hashes of this scheme$/,
  ],
  'changing a password that is not there': [
    (c) => setPassword(c, 'bob', { service: 'imap', label: 'phone', hash: HASH }),
    /^bob@home\.example does not have a password for imap with the label phone$/,
  ],
  'removing a password that is not there': [
    (c) => removePassword(c, 'bob', { service: 'smtp', label: '' }),
    /does not have a password for smtp/,
  ],
  'a quota twice': [
    (c) => writeQuota(c, 'add', 'bob', storage, { value: 1 }),
    /has a storage quota already$/,
  ],
  'more storage than the domain has': [
    (c) => writeQuota(c, 'set', 'one@full.example', storage, { value: 1001 }),
    /would have 1001 of at most 1000$/,
  ],
  'unlimited storage in a domain with a limit': [
    (c) => removeQuota(c, 'one@full.example', storage),
    /^the storage of full\.example is limited to 1000, so each user needs a quota$/,
  ],
  'removing a quota that is not there': [
    (c) => removeQuota(c, 'ann@home.example', storage),
    /has no storage quota of its own$/,
  ],
  'a role twice': [
    (c) => addRole(c, 'ann@home.example', { role: 'admin', service: 'global' }, {}),
    /has the role admin already$/,
  ],
  'a role that is no name': [
    (c) => addRole(c, 'bob', { role: 'No Mail', service: 'global' }, {}),
    /^"No Mail" is no role$/,
  ],
  'removing a role that is not there': [
    (c) => removeRole(c, 'bob', { role: 'admin', service: 'api' }),
    /does not have the role admin for api$/,
  ],
  'a sender twice': [
    (c) => addGrant(c, sending, address('office@home.example'), 'ann@home.example', {}),
    /may send as office@home\.example already$/,
  ],
  'a sender that is the user': [
    (c) => addGrant(c, sending, address('bob@home.example'), 'bob', {}),
    /may send as itself anyway$/,
  ],
  'taking back what was not granted': [
    (c) => removeGrant(c, sending, address('office@home.example'), 'bob'),
    /^nobody granted bob@.* to send as office@home\.example/,
  ],
};

const TABLES = [
  'mail_domains',
  'users',
  'user_passwords',
  'user_quotas',
  'user_roles',
  'email_aliases',
  'sender_grants',
  'audit_log',
];

/** Everything that a change could have left behind. */
async function fingerprint(): Promise<string> {
  const hashes = TABLES.map(
    (table) => `(select coalesce(md5(string_agg(t::text, ',' order by id)), '') from unified.${table} as t)`,
  );
  const [row] = await book.rows<{ all: string }>(`select concat_ws(',', ${hashes.join(', ')}) as all`);
  return row?.all ?? '';
}

test('the fingerprint tells whether anything was left behind', async () => {
  const before = await fingerprint();
  await book.must((change) => setUser(change, 'bob', { name: 'Bob Example' }));
  expect(await fingerprint()).not.toBe(before);
});

describe('is refused, and leaves nothing behind:', () => {
  test.each(Object.entries(refusals))('%s', async (_, [attempt, why]) => {
    const before = await fingerprint();
    const outcome = await book.make(attempt);
    expect(outcome).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(why),
      advice: expect.stringMatching(/\S/),
    });
    expect(await fingerprint()).toEqual(before);
  });
});
