/** What a change does to the tables, whoever else changes them at the same moment. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { addAlias, removeAlias, setAlias } from '../../../src/accounts/aliases.ts';
import { knownConstraints } from '../../../src/accounts/constraints.ts';
import { removeDomain } from '../../../src/accounts/domain-removal.ts';
import { addDomain, setDomain } from '../../../src/accounts/domains.ts';
import { addGrant } from '../../../src/accounts/grants.ts';
import { listAliases } from '../../../src/accounts/listing/aliases.ts';
import { listQuotas } from '../../../src/accounts/listing/quotas.ts';
import { listUsers, showUser } from '../../../src/accounts/listing/users.ts';
import { allOf } from '../../../src/accounts/paging.ts';
import { addPassword, setPassword } from '../../../src/accounts/passwords.ts';
import { removeQuota, writeQuota } from '../../../src/accounts/quotas.ts';
import { sending } from '../../../src/accounts/rights.ts';
import { addRole } from '../../../src/accounts/roles.ts';
import { addUser, removeUser, setUser } from '../../../src/accounts/users.ts';
import { catchAllOf } from '../../../src/base/address.ts';
import { type AccountBook, address, domain, HASH, openAccountBook } from './account-book.ts';

const home = domain('home.example');
const ann = address('ann@home.example');
const storage = { service: 'dovecot', type: 'storage' } as const;

let book: AccountBook;

beforeEach(async () => {
  book = await openAccountBook();
  await book.must((change) => addDomain(change, home, {}));
});

afterEach(() => book?.close());

const addAnn = () => book.must((change) => addUser(change, { email: ann, name: 'Ann Example', hash: HASH }));
const aliases = () => book.read((sql) => allOf(listAliases(sql, {})));

test('two nodes that add at once do not overshoot the limit of users', async () => {
  await book.must((change) => setDomain(change, home, { maxUsers: 1 }));
  const outcomes = await Promise.all(
    ['x@home.example', 'y@home.example'].map((email) =>
      book.make((change) => addUser(change, { email: address(email), hash: null })),
    ),
  );
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
});

test('two nodes that add at once do not overshoot the storage of the domain', async () => {
  await book.must((change) => setDomain(change, home, { quotaBytes: 100 }));
  const outcomes = await Promise.all(
    ['x@home.example', 'y@home.example'].map((email) =>
      book.make((change) => addUser(change, { email: address(email), hash: null, quotaBytes: 60 })),
    ),
  );
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
});

test('two aliases that close a loop only together: the second is refused', async () => {
  const outcomes = await Promise.all([
    book.make((change) => addAlias(change, address('a@home.example'), [address('b@home.example')], {})),
    book.make((change) => addAlias(change, address('b@home.example'), [address('a@home.example')], {})),
  ]);
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
});

test('a mailbox that forwards keeps a copy when it leads to itself too', async () => {
  await addAnn();
  const state = await book.must((change) => addAlias(change, ann, [ann, address('ann@elsewhere.net')], {}));
  expect(state.notes).toEqual([]);
  expect(await aliases()).toMatchObject([{ alias: ann, destinations: [ann, 'ann@elsewhere.net'] }]);
});

test('a forward that keeps no copy is done, and said', async () => {
  await addAnn();
  const state = await book.must((change) => addAlias(change, ann, [address('ann@elsewhere.net')], {}));
  expect(state.notes).toEqual([expect.stringContaining('gets no mail any more')]);
});

test('a destination of ours that does not exist is done, and said', async () => {
  const state = await book.must((change) =>
    addAlias(change, address('x@home.example'), [address('y@home.example')], {}),
  );
  expect(state.notes).toEqual([expect.stringContaining('y@home.example does not exist here')]);
});

test('a new member of a group takes the switches of the others', async () => {
  const group = address('group@home.example');
  await addAnn();
  await book.must((change) => addAlias(change, group, [ann], { maySendAs: false, description: 'all' }));
  await book.must((change) => setAlias(change, group, undefined, { active: false }));
  await book.must((change) => addAlias(change, group, [address('x@elsewhere.net')], {}));
  const rows = await book.rows(
    'select destination_email, is_active, may_send_as, description from unified.email_aliases order by id',
  );
  const same = { is_active: false, may_send_as: false, description: 'all' };
  expect(rows).toEqual([
    { destination_email: ann, ...same },
    { destination_email: 'x@elsewhere.net', ...same },
  ]);
});

test('destinations given to set replace those that were', async () => {
  const group = address('group@home.example');
  const [x, y, z] = ['x@e.net', 'y@e.net', 'z@e.net'].map(address) as [typeof ann, typeof ann, typeof ann];
  await book.must((change) => addAlias(change, group, [x, y], {}));
  await book.must((change) => setAlias(change, group, [y, z], {}));
  expect(await aliases()).toMatchObject([{ alias: group, destinations: [y, z] }]);
  await book.must((change) => removeAlias(change, group, [y]));
  expect(await aliases()).toMatchObject([{ alias: group, destinations: [z] }]);
  await book.must((change) => removeAlias(change, group, []));
  expect(await aliases()).toEqual([]);
});

test('removing an alias that kept a catch-all from itself is refused', async () => {
  await addAnn();
  const caught = address('caught@home.example');
  await book.must((change) => addAlias(change, caught, [ann], {}));
  await book.must((change) => addAlias(change, catchAllOf(home), [caught], {}));
  const outcome = await book.make((change) => removeAlias(change, caught, []));
  expect(outcome).toMatchObject({ kind: 'refused', why: expect.stringContaining('loop') });
});

test('a domain whose adding closes a loop is refused', async () => {
  await book.must((change) => addAlias(change, address('x@home.example'), [address('x@old.example')], {}));
  const outcome = await book.make((change) => addDomain(change, domain('old.example'), { aliasOf: home }));
  expect(outcome).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('x@home.example → x@home.example'),
  });
});

test('removing a user takes its forwards along, and other aliases when asked', async () => {
  await addAnn();
  await book.must((change) => addAlias(change, ann, [ann, address('ann@elsewhere.net')], {}));
  await book.must((change) =>
    addAlias(change, address('g@home.example'), [ann, address('x@elsewhere.net')], {}),
  );
  await book.must((change) => removeUser(change, ann, true));
  expect(await aliases()).toMatchObject([{ alias: 'g@home.example', destinations: ['x@elsewhere.net'] }]);
});

test('removing a domain with all that is in it leaves nothing that leads to it', async () => {
  await addAnn();
  await book.must((change) => addDomain(change, domain('other.example'), {}));
  await book.must((change) => addAlias(change, address('a@other.example'), [ann], {}));
  await book.must((change) => removeDomain(change, home, true));
  expect(await aliases()).toEqual([]);
  expect(await book.rows('select email from unified.users')).toEqual([]);
});

test('the last word of a name is the last name', async () => {
  await addAnn();
  await book.must((change) => setUser(change, 'ANN@home.example', { name: 'Ann King Lovelace' }));
  const [row] = await book.rows('select first_name, last_name from unified.users');
  expect(row).toEqual({ first_name: 'Ann King', last_name: 'Lovelace' });
});

test("a quota of one's own wins over the domain's default, and gives way again, with its usage", async () => {
  await book.must((change) => setDomain(change, home, { defaultQuotaBytes: 1000 }));
  const { id } = await addAnn();
  const limit = async () => (await book.read((sql) => showUser(sql, id)))?.quota_bytes;
  expect(await limit()).toBe(1000);
  await book.rows(
    "insert into unified.user_quotas (user_id, quota_value, quota_unit, current_usage) values ($1, 2, 'MB', 1)",
    [id],
  );
  expect(await limit()).toBe(2 ** 21);
  await book.must((change) => writeQuota(change, 'set', ann, storage, { value: 5000 }));
  expect(await book.read((sql) => allOf(listQuotas(sql, {})))).toMatchObject([
    { limit: 5000, usage: 2 ** 20 },
  ]);
  await book.must((change) => removeQuota(change, ann, storage));
  expect(await book.read((sql) => allOf(listQuotas(sql, {})))).toMatchObject([
    { limit: 1000, usage: 2 ** 20 },
  ]);
});

test('every change leaves one audit row that says who and what, and nothing secret', async () => {
  const label = { service: 'imap', label: 'phone' };
  await addAnn();
  await book.must((change) => addPassword(change, ann, { ...label, hash: HASH }));
  await book.must((change) => setPassword(change, ann, { ...label, hash: HASH }));
  await book.must((change) => addRole(change, ann, { role: 'admin', service: 'api' }, {}));
  await book.must((change) => addGrant(change, sending, address('s@home.example'), ann, {}));
  await book.must((change) => removeUser(change, ann, false));
  const rows = await book.rows<{ action: string; text: string }>(
    'select action, a::text as text from unified.audit_log a order by id',
  );
  const actions = [
    'domain.add',
    'user.add',
    'password.add',
    'password.set',
    'role.add',
    'sender.add',
    'user.remove',
  ];
  expect(rows.map(({ action }) => action)).toEqual(actions);
  for (const { text } of rows) {
    expect(text).toContain('tester');
    expect(text).not.toContain(HASH.text);
  }
});

test('a constraint that speaks first is as clear as the service', async () => {
  await addAnn();
  const outcome = await book.make(async (change) => {
    await change.rows("insert into unified.users (email, username) values ('ann@home.example', 'other')");
    return { kind: 'done', value: undefined };
  });
  expect(outcome).toMatchObject({ kind: 'refused', why: 'a user with this address exists already' });
});

test('every constraint that has a sentence is one of the schema', async () => {
  const rows = await book.rows<{ name: string }>(
    `select conname as name from pg_constraint
     union
     select relname from pg_class where relkind = 'i'`,
  );
  const names = new Set(rows.map(({ name }) => name));
  // Raised by a trigger, in the name of a constraint: see 030_create_utility_functions.
  names.add('email_aliases_destination_email_elsewhere');
  expect(knownConstraints.filter((name) => !names.has(name))).toEqual([]);
});

test('a listing comes page by page, each row once, in order', async () => {
  await book.rows(
    `insert into unified.users (email)
     select 'u' || n || '@home.example'
     from generate_series(1, 2500) n`,
  );
  const all = await book.read((sql) => allOf(listUsers(sql, {})));
  expect(all).toHaveLength(2500);
  expect(new Set(all.map(({ email }) => email)).size).toBe(2500);
  const sizes: number[] = [];
  await book.read(async (sql) => {
    for await (const page of listUsers(sql, { limit: 1500 })) sizes.push(page.length);
  });
  expect(sizes).toEqual([1000, 500]);
  const matching = await book.read((sql) =>
    allOf(listUsers(sql, { match: 'U24*@home.example', domain: home })),
  );
  expect(matching).toHaveLength(111);
});
